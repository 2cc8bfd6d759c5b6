"""III.B.3.a: staff who have been placed on leave, and who come back from it."""

from __future__ import annotations

from tasks.policy.sorting.cues import ACCESS, NEAR, OMIS, Cue, Wish, cue
from tasks.policy.sorting.values import Matter

_KIND = (
    r"(?:maternity|paternity|parental|medical|military|admin(?:istrative)?|family|sick|disability|"
    r"unpaid|paid|personal|extended|"
    r"bereavement|stress|fmla|adoption|long[- ]term|investigat\w+|educational|pregnancy|mat)"
)

CUES: tuple[Cue, ...] = (
    cue(
        Matter.LEAVE,
        0.85,
        "somebody is on leave",
        rf"\b{_KIND}(?:[- ]\w+)? leave\b",
        r"\bfmla\b",
        r"\bleave of absence\b",
        r"\bsabbatical\b",
        r"\bloa\b",
        r"\b(?:on|goes? on|going on|gone on|went on|start(?:s|ing)?|begins?|placed on|take|takes|"
        r"taking|put on) (?:a |his |her |their |my )?(?:\w+ )?leave\b",
        r"\bwill be (?:on|of|in) (?:the )?(?:leave|maternity)\b",
        r"\bmaternity\b",
        r"\blicencia\b",
        r"\b(?:work(?:er)?s?[’']? ?comp(?:ensation)?)\b",
        r"\b(?:short|long)[- ]term disability\b",
        r"\b(?:military orders|deploy(?:ed|ment|s|ing)|called up|activated by the guard|active duty|"
        r"guard duty|national guard|basic training)\b",
        r"\bhaving (?:a |her |his )?(?:baby|surgery|operation)\b",
        r"\bhad (?:a|the|her|his|their) baby\b",
        r"\bgave birth\b",
        r"\bfurlough\w*\b",
        r"\bsuspended (?!omis|access|the account|account)[^.?!]{0,40}\b(?:pay|pending|investigation|"
        r"review|days)\b",
        r"\boff work (?:until|till|for|through|since)\b",
        r"\b(?:put|placed|taken) (?:me|him|her|them) off (?:work|duty|the schedule)\b",
        r"\bfamily emergency\b",
        r"\bhospitali[sz]ed\b|\blaid up\b|\bships? out\b|\bgot (?:his|her|their|my) orders\b|\bguard activation\b",
        r"\b(?:not|n['’]?t) expect(?:ed)? (?:him|her|them|[\w'’-]+ [\w'’-]+)?(?: to be)? ?(?:home|back|here"
        r"|in)? (?:before|until)\b",
        r"\bjury duty\b",
        r"\b(?:on|with) (?:bed rest|light duty)\b",
        r"\bplaced on leave\b",
        r"\bon leave\b",
        r"\bsent home (?:pending|until)\b",
        r"\b(?:broke|fractured) (?:her|his|their|a|my) \w+\b",
        r"\b(?:knee|hip|back|heart|shoulder|gall ?bladder|foot|hand|eye) (?:surgery|replacement|operation)\b",
        r"\b(?:gets?|getting|got|having|needs?) (?:a|an|his|her|their|my) (?:new |\w+ )?(?:hip|knee|shoulder|pacemaker"
        r"|transplant|bypass)\b",
        r"\b(?:not|n['’]?t) (?:be )?(?:at work|working|here|in|back)(?: \w+)? (?:for|until|till) (?:a |"
        r"about |at least |several |the )?(?:\w+ )?(?:couple|weeks?|months?|\d+|jan\w*|feb\w*|mar\w*|"
        r"apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|further)\b",
        r"\bsuspension pending\b",
        r"\bplaced on (?:\w+ )?suspension\b",
        r"\bsuspended (?:with|without|from work|from duty|pending)\b",
    ),
    cue(
        Matter.LEAVE,
        0.6,
        "somebody is away for a time",
        r"\b(?:will be|is|am|be|['’]s|['’]ll be) (?:off|out|gone|away|absent)(?: \w+)? (?:for|from|"
        r"until|till|through|starting|beginning)\b(?! (?:the day|lunch|today|tomorrow|monday|tuesday|"
        r"wednesday|thursday|friday|the week))",
        r"(?<!a )\b(?:while|until|till|til|during)\b[^.?!]{0,30}\b(?:gone|away|out|absent|off|that time|"
        r"returns?|back|recover\w*|released)\b",
        r"\b(?:un)?til (?:he|she|they)(?:['’]?s| is| are|['’]re)? (?:back|returns?|better|released|cleared)\b",
        r"\bno work (?:for|until|till|til)\b|\b(?:weeks?|months?|wks?) (?:no|off) work\b",
        r"\b(?:return|back) date\b",
        r"\b(?:expect(?:ed)?|due)(?: \w+)? back\b",
        r"\bexpect(?:s|ed)? to (?:return|be back)\b",
        r"\b(?:surgery|injur(?:y|ed)|chemo\w*|rehab)\b",
        r"\btemporar(?:y|ily)\b[^.?!]{0,40}\b(?:suspen|disabl|hold|deactiv|off|stop)\w*",
        r"\buntil further notice\b",
        r"\b(?:is|be|was) off(?: work)? (?:as of|for|until|from)\b",
        r"\bundetermined\b",
        r"\bstepp?(?:ing)? away\b",
        r"\btime off\b",
        r"\bpaused?\b",
        r"\buntil we know\b",
        r"\bfor (?:\d+|two|three|four|six|eight|ten|twelve|several|a few|about \w+) (?:weeks|months)\b",
        r"\b(?:hiatus|recover(?:y|ing)|not (?:be )?(?:at work|working) (?:until|for))\b",
        r"\bmeanwhile\b",
        r"\b(?:absent|out|gone|off) for (?:about |around |approximately |the next )?(?:\w+) (?:weeks|months)\b",
        rf"\b(?:put|place)\b{NEAR}\bon hold\b",
        r"\bturn it back on when\b",
    ),
    cue(
        Matter.RETURN,
        0.85,
        "somebody is back from leave",
        r"\b(?:returns?|returned|returning|back|came back|come back|coming back|cleared to (?:return|"
        r"come back))\b[^.?!]{0,25}\bfrom (?:\w+ ){0,3}(?:leave|fmla|maternity|deployment|surgery|"
        r"suspension|disability|comp)\b",
        r"\bleave (?:is over|has ended|ended|is done|ends|finished)\b",
        r"\bcleared (?:to|for)\b[^.?!]{0,15}\b(?:return|come back|work|duty)\b",
        r"\b(?:is|was|am|are|be) (?:now )?(?:released|cleared) to (?:return|come back|work)\b",
        r"\bfit (?:for|to return to) (?:full |light )?(?:duty|work)\b|\b(?:with )?no (?:work )?restrictions\b",
    ),
    cue(
        Matter.RETURN,
        0.72,
        "somebody is back at work",
        r"\b(?:returns?|returned|returning|back|resum(?:e|es|ed|ing)) (?:to|at) (?:work|duty|duties)\b",
        r"^(?:[\w'’-]+ ){1,3}(?:is )?back(?: \w+)?$",
        r"\b(?:is|are|['’]s|i['’]m|am) back\b(?! (?:up|door|date))",
        r"^returning$",
        r"^back$",
        r"\bresum\w+ (?:his|her|their|my) (?:duties|position|shifts?)\b",
        r"\b(?:has|have|['’]s|was|is) (?:been )?reinstated\b",
        r"\breleased\b[^.?!]{0,30}\bto (?:full duty|duty|work|return)\b",
        r"\b(?:working|at work|with us|on the job) again\b",
        r"\bback from\b",
        r"\bback at it\b",
        r"\bready to (?:come|be) back\b|\bstarts? back\b",
        r"\b(?:doctor|dr\.?|physician|hr|surgeon) (?:has )?(?:cleared|released) (?:him|her|them|me)\b",
        r"\bback (?:in the (?:office|building|saddle)|on (?:shift|the (?:floor|schedule|job)))\b",
        r"\b(?:will|['’]ll) be back (?:on|to work|in)\b",
    ),
    cue(
        Wish.RESTORE,
        0.6,
        "access is to be given back",
        r"\b(?:re-?activat(?:e|ed|ion)|re-?enabl(?:e|ed)|re-?instat(?:e|ement)|un-?lock(?:ed)?|un-?block|"
        r"restor(?:e|ed)|un-?freeze|un-?suspend|re-?open)\b",
        r"\b(?:turn|switch|flip)(?:ed)?\b[^.?!]{0,40}\bback(?: on| up)?\b",
        rf"\b(?:put|have)\b[^.?!]{{0,25}}\b(?:it|{ACCESS})\b[^.?!]{{0,8}}\bback(?: on| up)?\b",
        r"\b(?:get|let)\b(?: \w+){0,3} back (?:in|into|on)\b",
        rf"\b(?:get|have|need)\b{NEAR}\b{ACCESS}\b(?: \w+)? (?:again|back)\b",
        rf"\bopen (?:it |{ACCESS} )?again\b",
        rf"\b(?:enter|use|access|get (?:in|into|on))(?: {OMIS}| it)? again\b",
        r"\bneed it back\b",
    ),
)
