"""III.B.3.a: staff who have left, whose employment has been terminated, or who no longer need access."""

from __future__ import annotations

from tasks.policy.sorting.cues import NEAR, NEVER, NOT, OMIS, PERSON, Cue, cue
from tasks.policy.sorting.places import PLACE
from tasks.policy.sorting.values import Matter

_IT = Matter.DEPARTURE
_USE = rf"(?:{OMIS}|access|acc?ount|log-?in|user ?id|credentials)"
_PLACE = (
    r"(?:us|here|our (?:facility|agency|company|center|program|organization|team|staff)|the (?:facility|agency|company"
    r"|center|centre|program|organization|house|team|department)|employment|work)"
)

CUES: tuple[Cue, ...] = (
    cue(
        _IT,
        0.85,
        "it is somebody's last day",
        r"\b(?:last|final)(?: (?:working|work|official|scheduled))?(?: (?:day|date|shift))\b",
        r"\blast (?:worked|day worked)\b",
        r"\bend date\b",
    ),
    cue(
        _IT,
        0.9,
        "somebody no longer works there",
        rf"{NEVER}\b(?: \w+){{0,2}}? (?:work(?:s|ing|ed)?(?: \w+)? (?:here|for us|with us|at {PLACE}|"
        rf"in {PLACE}|for {PLACE})|with us\b|on staff|on our (?:team|staff)|employed|(?:be |come |"
        rf"coming )back(?! (?:until|till|for (?:about|\d|several|a few)))|part of (?:our|the) (?:team|"
        rf"staff)|associated with)\b(?![^.?!]{{0,20}}\b(?:yet|until|till)\b)",
        r"\b(?:is|are|was|['’]s) (?:all )?done (?:here|with us|as of|at|working)\b",
        r"\b(?:got|gotten|hired) on (?:with|at)\b",
        r"\b(?:stay(?:ing)?|be) home with\b",
        r"\b(?:jumped ship|bailed|disappeared|ghosted us|packed up)\b",
        r"\b(?:going|went|gone|heading|headed|leaving|off|returning|back|starts?|starting) (?:back |off )?(?:to )?"
        r"(?:\w+ )?(?:school|college|grad school|the academy)\b(?= |[.!,]|$)",
        rf"\b(?:took|taken|takes|accepted|has) (?:a|an|the|another) (?:job|position|offer) (?:with|"
        rf"at|from|for|in) (?!us\b|our\b|(?:the )?{PLACE})",
        r"\bstarted (?:a new job|at (?:the )?(?:county|state|hospital|school|jail|sheriff\w*|city))\b",
        r"\b(?:internship|practicum)\b[^.?!]{0,25}\b(?:done|over|finished|complete\w*)\b",
        r"\bno longer (?:be |is |being )?(?:with|employed|works?|working|a part|part of|a member|"
        r"an employee|on staff|here|at)\b",
        rf"\b{NOT} (?:longer |currently |be )?(?:with us|working (?:here|for|with|at)|employed|on staff|"
        rf"an? employee)\b",
        r"\bnot (?:more|anymore) (?:work|employ)\w*",
        r"\bnot longer\b",
        r"\bha(?:s|ve)(?:n['’]?t| not) worked (?:here|for us|with us|at|since)\b",
        r"\boff[- ]?board\w*\b",
        r"\b(?:will not|won['’]?t|not|n['’]t)(?: be)? (?:returning|coming back|back with us)\b(?! (?:until|"
        r"till|calls?))",
        r"\boff (?:the|our) (?:payroll|roster|schedule|books)\b",
        r"\b(?:removed|dropped|taken) (?:from|off) (?:the|our) (?:payroll|roster|schedule)\b",
        r"\bhas vacated\b|\bstepp(?:ed|ing) down\b|\bcut ties\b",
        rf"(?:\bdo(?:es)?{NOT}|\bdo(?:es)? not|\bnot) works? (?:more|{NEAR}\b(?:any ?more|any longer|more))\b",
        r"\b(?:gone|departed) from (?:our|the)\b",
        r"\bstop(?:ped|s)? work(?:ing)?\b",
        r"\b(?:is|are|has|have) (?:now )?(?:gone|departed) (?:as of|since|effective)\b",
        r"\b(?:former|ex-?|past) (?:employee|staff)",
        r"\b\d+ (?:staff|people|employees) gone\b",
    ),
    cue(
        _IT,
        0.88,
        "somebody resigned or quit",
        r"\bresign(?:ed|s|ing|ation)?\b",
        r"\bquit(?:s|ting)?\b(?! smoking)",
        r"\brenounced?\b",
        r"\b(?:two|2|one|1|three|3|four|30)[- ](?:weeks?|days?)[’']? notice\b",
        r"\b(?:gave|given|giving|put in|turned in|turning in|submitted|handed in|tendered)"
        r" (?:me |us )?(?:his|her|their|a|my) (?:\w+ )?(?:notice|resignation|letter)\b",
    ),
    cue(_IT, 0.85, "somebody retires", r"\bretir(?:es|ed|ing|ement|e)\b"),
    cue(
        _IT,
        0.85,
        "somebody left",
        r"\bpart(?:ed|ing)? (?:ways|company)\b",
        r"\bmov(?:ed|ing) on(?: to| from|$|[.!])",
        r"\b(?:other|new|another|different|better) (?:opportunit\w+|adventure|chapter)\b",
        r"\b(?:farewell|going[- ]away|exit interview|last (?:pay ?)?check)\b",
        r"\b(?:we['’]?ll|we will|will be) (?:all )?miss(?:ed)?\b(?= (?:him|her|them|you)|!|\.|$)",
        r"\bup and left\b",
        r"\b(?:had to|have to|decided to) part (?:with|ways)\b",
        r"\b(?:decided|chose|elected|going|plans?|choosing) not to (?:come|return|be) ?(?:back"
        r"|to work)?\b(?! (?:until|till))",
        r"\bgave (?:\w+ ){1,2}(?:my|his|her|their) (?:letter|notice|two weeks)\b",
        r"\b(?:he|she|they|[\w'’-]+ [\w'’-]+) (?:just |has |have |already )*left(?: us)?[.!]*$",
        r"\bclean(?:ed)? out (?:his|her|their)\b",
        r"\b(?:keys?|badge|fob)\b[^.?!]{0,30}\b(?:collected|returned|turned in|surrendered|handed in)\b",
        r"\b(?:is|are|['’]s) gone\b(?! (?:to|on|for|until|fishing))",
        r"\bwent (?:over )?to work (?:for|at)\b",
        rf"\b(?:left|leav(?:es?|ing)|departing|departed|exit(?:ed|ing)) (?:from )?(?:{_PLACE}|{PLACE})\b"
        rf"(?!(?: \w+)? (?:for|to) (?:join |go to |work at )?{PLACE}\b)",
        r"\bleft(?: us)? (?:back )?(?:in|on|at the|last|this|a|about a|two|three|several|around|effective|as of)"
        r" ?(?:end|beginning|start|month|week|year|summer|fall|spring|winter|couple|days|weeks|months|\d|jan\w*|feb\w*"
        r"|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|mon\w*|tues\w*|wed\w*|thurs\w*|fri\w*)\b",
        r"\b(?:left|leav(?:es?|ing)|departing|departed) (?:for|to take) (?:a|an|another|other|greener)\b",
        r"\b(?:go|goes|went|gone|going|is|out) out of the (?:company|facility|job|work)\b",
        r"\b(?:employees?|staff|someone|members?) leav(?:e|ing)\b(?! (?:of|the|her|his|their|it|on))",
        r"\bdeparting employee\b(?! form)",
        r"\b(?:staff|employee) departures?\b",
    ),
    cue(
        _IT,
        0.72,
        "somebody is leaving",
        r"\b(?:is|are|will be|has|have|had|['’]s|be|am|i['’]m|just) (?:left|leaving|departing)\b"
        r"(?! (?:it|the (?:form|office at)|on (?:all|the|her|his|their)|a |early|omis|her (?:desk|"
        r"computer)|his (?:desk|computer)|early|for (?:lunch|court|the (?:day|night|weekend|holidays?)|vacation"
        r"|a (?:few|couple))))",
        r"^leaving$",
        r"\b(?:moved|moving|relocat(?:ed|ing)) (?:away|out of state|to another state|back (?:to|home))\b",
    ),
    cue(
        _IT,
        0.45,
        "somebody left",
        r"\b(?:who|she|he|they) (?:just |recently |has |have )?left\b(?! (?:the|a|her|his|their|it) )",
    ),
    cue(
        _IT,
        0.85,
        "the employment ends",
        r"\bseparat(?:ed|es|ing|ion)\b(?! (?:file|form|mail|attachment|email|pdf|page|shee))",
        r"\b(?:employment|contract|internship|practicum|assignment)\b(?: \w+){0,4}? (?:ends?|ended|"
        r"ending|is over|expire[sd]|finish\w*|concluded?s?|(?:came|come|coming|comes) to an end|ceas\w+)"
        r"\b",
        r"\bemployment(?: \w+){0,5} (?:came|come|comes) to an end\b",
        r"\bend of (?:his|her|their|the) (?:employment|contract|internship|assignment)\b",
        r"\b(?:separation|end|termination) (?:date|of employment)\b",
        r"\b(?:contract|agreement)\b[^.?!]{0,20}\bnot (?:be(?:ing)? )?renew(?:ed|ing)\b",
        r"\b(?:ended|ending) (?:his|her|their) (?:employment|contract|internship)\b",
        r"\b(?:laid off|lay-?off|position (?:was|has been|is being) (?:cut|eliminated))\b",
        r"\bbaja de emplead",
    ),
    cue(
        _IT,
        0.85,
        "somebody stays away from work for good",
        r"\bwalked (?:off|out on)\b",
        r"\bno[- ]?call[,/ ]*(?:and )?no[- ]?show",
        r"\babandon(?:ed|ment|ing)\b",
        r"\b(?:passed away|deceased|died)\b",
        r"\bnever (?:came|showed|come) (?:back|up)\b",
        r"\b(?:not|n['’]t) (?:shown|showed|show|come|came|coming|returned?) (?:up|back)\b(?= (?:for|to work|since|in))",
    ),
    cue(
        _IT,
        0.7,
        "somebody works for another employer",
        r"\b(?:accepted|took|taken|found|got|getting|taking|started|starting|hired (?:by|at))(?: (?:a|"
        r"an|another|the|other|new)){1,3}"
        r" (?:different )?(?:job|position|offer|role)(?: \w+)? (?:elsewhere|with|in another|at (?:a|"
        r"the|another)|outside|for (?:a|the|another))\b",
        r"\baccepted (?:another|a new|a different) (?:job|position)\b",
        r"\b(?:different|another|other) (?:company|employer|agency)\b",
    ),
    cue(
        _IT,
        0.78,
        "access is no longer needed",
        rf"\bno longer (?:in )?(?:needs?|requires?|required|needed|necessary|uses?|has a need|have a need)"
        rf"\b{NEAR}\b{_USE}\b",
        rf"\b{_USE}\b{NEAR}\bno longer (?:be )?(?:required|needed|necessary)\b",
        rf"\b(?:does|do|did)(?:n['’]?t| not) (?:need|require)\b(?:{NEAR})\b{_USE}\b(?!{NEAR}\b(?:yet|"
        rf"until|to (?:enter|edit|modify)))",
        rf"\b{NOT} (?:need|require|be needing|be using|use)(?:s|ing)?\b{NEAR}\b{_USE}\b{NEAR}\b(?:any ?more|"
        rf"any longer|after)\b",
        rf"\bno (?:more |further )?need (?:for|of)\b{NEAR}\b{_USE}\b",
        r"\bno longer needs? (?:it|omis|oms)\b",
        r"\b(?:no|any) (?:use|need) for (?:omis|oms|it|access|(?:his|her|their|the) (?:access|account|login))\b",
        r"\bnot need (?:omis|oms|it) any ?more\b",
        rf"\bno (?:longer any |more |good |real )?reason (?:for {PERSON} )?to (?:be (?:in|on)|have|use|keep|get into"
        rf"|log into)"
        rf" (?:an? |his |her |their |the )?{_USE}\b",
        rf"\bno business (?:being )?(?:in|on) {OMIS}\b",
        rf"\bwo['’]?nt (?:be )?need(?:ing)?\b{NEAR}\b{_USE}\b",
    ),
)
