"""Mails that ask nothing of an account: questions, withdrawals, thanks, automatic answers, and what is not for us."""

from __future__ import annotations

from tasks.policy.sorting.cues import NEAR, NOT, Cue, cue
from tasks.policy.sorting.values import Matter

CUES: tuple[Cue, ...] = (
    cue(
        Matter.QUESTION, 0.85, "it asks something",
        r"^(?!what (?:can|should|else can) (?:we|i) do\b)(?:and |so |also,? |hi,? |hello,? |quick question[:,-]? |one question[:,-]? |question[:,-]? )*(?:how (?:do|does|can|long|often|many|much|fast|soon|would|should|is|are)|what(?:['’]s| is| are| do| does| kind| time| happens| form| should| would)"
        r"|which|where|when (?:do|does|can|will|is|are|should|would|may)|who(?:m)? |why|is|are|does|do (?:i|we|you|they)|did|has|have (?:you|they)|will|should|am i)\b.*\?",
        r"\bany (?:word|updates?|news|idea|progress|status)\b", r"\bstatus of\b", r"\b(?:can|could) (?:you|somebody|someone|anybody) (?:please )?(?:tell|explain|clarify|answer|advise|confirm|send me (?:a|the) (?:list|form|copy|blank))\b",
        r"\bcan (?:the|a|an)\b[^.?!]*\bor\b[^.?!]*\?", r"\b(?:don['’]?t|do not|not) (?:sure|understand|know) (?:what|how|if|which|whether|who|where)\b", r"\blet me know (?:how|what|which|where|who|if (?:i|we) (?:need|have|should))\b", r"\bwhat (?:is|are) required\b", r"\bwhat do(?:es)? (?:you|we|i) need\b",
        r"\bwonder(?:ed|ing) (?:if|what|how|whether|about)\b", r"\b(?:who|what|where|how) (?:can|do|should|would|to)\b[^.]*\?", r"\bis there (?:any|a|an|some)\b[^.]*\?",
        r"\bwho can help\b", r"\banswer (?:some|a few|my) questions?\b", r"\b(?:please )?(?:clarify|explain)\b", r"\bi (?:have|had|got) (?:a|another|one|some|two|a couple of) (?:quick )?questions?\b",
    ),
    cue(Matter.QUESTION, 0.5, "it asks something", r"^(?:quick |a |one )?questions?\b", r"^status\b", r"\?$", r"^how to\b", r"^who to contact$", r"^information$", r"^inquiry$"),
    cue(
        Matter.WITHDRAWAL, 0.9, "an earlier mail no longer counts",
        r"\b(?:please |pls |kindly |you can |can you |just )*(?:disregard|ignore)\b[^.?!]{0,20}\b(?:my|this|that|the|it|previous|earlier|last|email|mail|message|request|below|all)\b", r"\bplease disregard\b",
        r"\b(?:cancel|withdraw|scratch|retract|rescind|void|pull back|stop|recall)(?:ing)?\b[^.?!]{0,20}\b(?:request|application|forms?|paperwork|my (?:last|previous|earlier)|submission|notice|order)\b", r"\b(?:request|application)\b[^.?!]{0,25}\b(?:cancel+ed|withdrawn)\b",
        r"\bnever ?mind\b", r"\bnvm\b", r"^oops\b|\bwrong (?:person|name|employee|form)\b", r"\bignore (?:that|this|my|it|the)\b", r"\bhold off\b", r"\bnot (?:be )?mov(?:e|ing) forward\b|\bwon['’]?t be moving forward\b", r"\bscrap (?:it|that|this|the|my)\b", r"\b(?:fell through|backed out|called off|turned (?:down|us down))\b", r"\bno need (?:to (?:reset|do|process|unlock|remove|disable|change|set)|now|any ?more)\b", r"\bmeant to (?:send|say|write)\b|\bi meant\b", r"\btake back (?:my|the) (?:request|email)\b", r"\b(?:forget|skip) (?:about )?(?:(?:the|my|that|this) (?:reset|request|e-?mail|last \w+|one|previous \w+)|(?:about )?it(?=[.!,]|$))", r"\bsent (?:that |this |it |you )?(?:\w+ ){0,8}(?:by mistake|in error)\b", r"\bby mistake\b", r"\b(?:was|is) (?:a mistake|an error|sent in error)\b",
        r"\bfalse alarm\b", r"\bfigured it out\b", r"\b(?:is|are|['’]s|has) (?:not|n['’]t) leaving\b", r"\b(?:is|are|has|['’]s) (?:decided to )?stay(?:ing|ed)?\b(?! with us)", r"\bchanged (?:his|her|their|my) minds?\b",
        r"\b(?:won['’]?t|will not|does not|doesn['’]?t|no longer|not) (?:be )?(?:need|needing|going to need) (?:the |this |it |that |any )?(?:access )?(?:after all|any ?more|this)\b", r"\bno longer need this\b", r"\b(?:decided|chose|elected) not to (?:take|accept|join|start|come)\b", r"\bdeclined (?:the|our) (?:job|offer|position)\b", r"\bwithdraw\b",
        rf"\b(?:do|did|should) {NOT}(?: longer)? (?:turn off|disable|remove|delete|deactivate|process|do anything)\b", r"\bdon['’]?t (?:turn off|disable|remove|delete|deactivate|process)\b", r"\bbefore (?:starting|he started|she started|they started)\b", r"\bi remembered (?:it|my)\b", r"\bfound (?:it|my password)\b",
    ),
    cue(
        Matter.THANKS, 0.85, "it only thanks or confirms",
        r"^(?:ok(?:ay)?,? |great,? |perfect,? |awesome,? |yes,? |all good,? |hi \w+,? )*(?:thank ?s?(?: you)?|thx|ty|tks|thanx|many thanks|much appreciated|appreciate|gracias)\b", r"\b(?:much appreciated|appreciate (?:it|the|your|you))\b", r"^(?:ok(?:ay)?|great|perfect|awesome|excellent|wonderful|got it|received|noted|will do|no problem|sounds good|understood|copy that|you['’]?re welcome|roger|10-4|sure|yes|done|all set|cool|fantastic|that works)\b[^?]{0,60}$",
        r"\bsounds (?:good|great)\b", r"^i['’]?m in\b", r"\byou (?:guys )?(?:rock|are (?:the best|awesome|great|amazing))\b", r"\bletting (?:me|us) know\b", r"\bgot in\b", r"\bhappy (?:friday|thanksgiving|holidays)\b", r"\bi (?:will|['’]?ll) (?:have|ask|tell|let|get) \w+ (?:to )?(?:sign|know|send|correct|fix|it)\b", r"\b(?:it |that |all |everything |she |he |they |works? )?(?:worked|works now|works great|is working|working (?:now|again|fine)|got in (?:fine|just fine|now))\b", r"\bthank you\b(?! for (?:contacting|your (?:email|e-mail|message|mail|interest|inquiry)))", r"\bthanks (?:so much|again|for (?:the|your) (?:quick|help|fast|assist))", r"^[\W_]*(?:👍|🙂|😊|🙏)[\W_]*$", r"\bhave a (?:great|good|nice)\b",
        r"\b(?:i['’]?ll|i will|will) (?:get|send|have) (?:it|that|them|this)(?: over| back| in)? (?:to you )?(?:by|on|today|tomorrow|asap|later|soon|this)\b",
    ),
    cue(
        Matter.AUTOREPLY, 0.92, "a program answered",
        r"\bout[- ]of[- ](?:the[- ])?office\b", r"\bautomatic(?:ally)?[- ](?:reply|response|generated|message|answer)\b", r"\bauto[- ]?(?:reply|response|responder|generated)\b", r"^auto:", r"\bautomated (?:message|response|reply|e-?mail)\b", r"\b(?:do|please do) not (?:reply|respond) to this\b", r"\baway from (?:my|the) (?:desk|office|e-?mail|computer)\b",
        r"\b(?:limited|no|without|little|intermittent) access to (?:my )?(?:e-?mail|voicemail|phone)\b", r"\bi (?:will|['’]ll|shall|am going to)(?: \w+)? (?:respond|reply|answer|get back)\b[^.?!]{0,40}\b(?:return|when|upon|as soon|once|back)\b", r"\b(?:answer|reply|respond)(?: \w+){0,3} when i (?:return|get back|am back)\b", r"\bwill (?:answer|reply|respond)\b[^.?!]{0,25}\b(?:return|back)\b",
        r"\b(?:ticket|case|request|inquiry)\b[^.?!]{0,25}\bhas been (?:opened|created|received|logged|assigned|submitted|updated)\b", r"\b(?:we have|we['’]ve) received your (?:inquiry|request|message|email|ticket)\b", r"\byour message (?:was read|has been received|could not|wasn['’]t)\b", r"\b(?:delivery|message)\b[^.?!]{0,20}\b(?:has failed|failed|undeliverable|could ?n[o']t be delivered)\b", r"^undeliverable\b", r"^(?:read|not read|delivered|accepted|declined|tentative):",
        r"\bmailbox is (?:not|no longer) (?:monitored|in use|active)\b", r"\bthank(?:s| you) for (?:contacting|your (?:e-?mail|message|inquiry|interest))\b", r"\b(?:for|if you need) (?:urgent|immediate|any urgent) (?:matters?|assistance|help|needs?|issues?)\b", r"\bin my absence\b", r"\bgone fishing\b", r"\b(?:i am|i['’]m|we are|we['’]re) (?:currently )?(?:out|away|off) (?:until|till|through|this|today)\b", r"\boffice (?:is|will be) closed\b", r"\bwill re-?open\b", r"\bhow did we do\b|\btake our survey\b", r"\byour (?:ticket|case|request) (?:was|is) (?:resolved|closed)\b", r"\b(?:i have left|i no longer work|i am no longer)\b", r"\bif (?:it|this|you) can['’]?t wait\b", r"\b(?:i am|i['’]m) in (?:training|meetings|court|a (?:conference|training))\b", r"\bwill (?:get|be) back (?:to|with|in touch with) you\b", r"\b(?:ticket|case|request)\b[^.?!]{0,25}\bhas been (?:resolved|closed)\b", r"\bdirect all\b", r"\b(?:i am|i['’]m) (?:currently )?(?:on vacation|on holiday|out of the country|on pto|traveling)\b", r"\b(?:i will|i['’]ll) be on (?:vacation|holiday|pto)\b",
        r"\bplease (?:direct|forward|send|address)\b[^.?!]{0,40}\bto (?-i:[A-Z])", r"\b(?:please )?contact (?-i:[A-Z])\w+(?: \w+)?(?: for assistance| instead|\.$|$)",
    ),
    cue(
        Matter.OTHER, 0.85, "it is an advertisement or a trick",
        r"\bunsubscribe\b", r"\b(?:webinar|newsletter|gift card|seo|lottery|crypto\w*|free trial|limited time|special offer|discount|% off|promo code|sale ends)\b", r"\bclick (?:here|the link|below|on the link)\b", r"\b(?:claim|redeem) your\b", r"\bcongratulations!+", r"\b(?:dear (?:user|customer|sir/madam|valued)|valued customer)\b", r"\b(?:15|30|20|ten|fifteen)[- ]minutes? (?:this|next|of your|for a|to)\b|\bfor a (?:quick )?(?:demo|call)\b",
        r"\b(?:verify|confirm) your (?:password|account|address|identity|email)\b", r"\b(?:first page of google|came across your website|reach(?:ed|ing)? out because|boost your)\b", r"\bmailbox (?:is )?(?:almost )?full\b", r"\bpackage could not be delivered\b", r"https?://\S+\.(?:ru|xyz|top|example)\b",
    ),
    cue(
        Matter.OTHER, 0.8, "it is about other business",
        r"\b(?:invoice|per diem|billing|past due|purchase order|quote|toner|remittance)\b", r"\b(?:potluck|lunch|birthday|baby shower|holiday party|barbecue|bake sale|raffle|christmas party)\b", r"\b(?:staff|team|board|all[- ]hands) meeting\b", r"\bmeeting (?:moved|is|has been|at|on|invite|minutes|agenda)\b", r"\b(?:resume|job application|applying for|cover letter)\b", r"\bincident report\b", r"\b(?:bank details|direct deposit|ach payment|wire transfer|w-?9)\b", r"\b(?:test|ua|drug|lab) results\b(?! (?:in|into|to) )", r"\b(?:cut costs|agencies like yours|are you free|let['’]s connect|our (?:products?|services?|solution|platform)|demo)\b", r"\b(?:road|pass) (?:is |conditions?|closed)\b",
        r"\b(?:movement sheets?|daily count|shift (?:report|schedule|log)|menu|bed (?:count|report|list)|census|arrivals and)\b", r"\bvisit(?:ation|ing)? (?:hours|time|my|list)?\b", r"\b(?:parking|furnace|plumb\w*|hvac|snow|road closure|fire drill)\b", r"\b(?:contraband|urinalysis schedule|grievance|bond hearing|court date)\b",
    ),
)  # fmt: skip

GENERAL = cue(
    Matter.QUESTION, 0.6, "it asks in general",
    r"\b(?:if|when|whenever|in case|suppose|hypothetically|once|anytime|every time|should)\b[^.?!]{0,60}\b(?:someone|somebody|anyone|anybody|a person|an? (?:\w+ )?(?:employee|worker|user|individual)|people|employees|staff(?: members?)?|they|we|one of (?:our|my) \w+|a staff member)\b",
    r"\b(?:someone|somebody|anyone|anybody|a person|an employee|people|employees|a staff member)\b[^.?!]*\b(?:go(?:es)?|chang(?:es?|ed)|leaves?|quits?|is|are|gets?|only)\b[^.]*\?",
    r"\bhypothetically\b", rf"\b(?:how|what|when|where|which|who|do we|does)\b{NEAR}\b(?:passwords|lockouts|accounts|someone|somebody|people|employees|staff|new users|policy|rules?)\b[^.]*\?",
    r"\b(?:policy|rules?|procedure|requirements?)$",
)  # fmt: skip
"""Words that make a sentence a question about the rule, not about a case: what else it says hardly counts."""

STATUS = cue(
    Matter.QUESTION, 0.85, "it asks how far a request is",
    r"\bany (?:word|updates?|news|progress|status)\b", r"\bstatus of\b", r"^when will\b", r"\b(?:have not|haven['’]?t|not) (?:heard|seen|received)(?: \w+){0,3} (?:anything|back|yet|about)\b", r"\bwondering (?:where|when|how)\b", r"\b(?:did|have) you (?:get|receive|have a chance|had a chance|process)", r"\bhow long (?:does|do|will|should)\b", r"\b(?:list|names) of (?:all |everybody|everyone|users|who|people|staff|our )\b", r"\bwhere (?:is|are|does|do) (?:the|her|his|my|our)\b[^.?!]*\brequests?\b", r"\bwho (?:at|in|from|currently|all)\b[^.?!]*\b(?:has|have)\b", r"\bstill waiting\b", r"\bfollow(?:ing)? up on\b", r"\bcheck(?:ing)? (?:in )?on\b",
)  # fmt: skip
"""Words that ask about a request that was made before; they make none."""

LOOKED_UP = cue(
    Matter.QUESTION, 0.85, "it asks how something is done",
    r"^(?:where|which|who|why|what (?:form|is|are|does|time|kind|happens)|how (?:often|long|many|much|does|would|should|do (?:i|we|you)|can (?:i|we))|do (?:we|i|you|they)|is (?:there|it)|are (?:there|we)|does|should (?:i|we))\b[^.]*\?",
)  # fmt: skip
"""A question of this shape is more often about how things are done than a request."""

CONFIRMS = cue(
    Matter.THANKS,
    0.85,
    "it thanks for what was done",
    r"^(?:(?:sounds|great|ok|okay|perfect|good|awesome|hi|hello)[\w ]{0,12},? )?(?:thanks?|thank you)(?: \w+){0,3} for\b(?! (?:your (?:help|time|assistance)))",
    r"^thanks,? (?:for )?(?:letting|confirming)",
    r"\b(?:we|i)(?: will|['’]ll) let you know\b",
)
"""Thanks that repeat what was done; what they say of it is no request."""

OF_RESIDENTS = cue(
    Matter.OTHER, 0.8, "it is about a resident, not about staff",
    r"^(?:[\w ,]{0,20} )?(?:residents?|offenders?|inmates?|clients?|participants?|parolees?)(?: \w+){0,4} (?:was|were|has|have|had|left|is|are|terminated|walked|returned|escaped|moved|transferred|quit|failed|will|did|died|absconded)\b(?![^.?!]*\b(?:omis|oms|computer|desk|log|screen|password|system|account|staff|employee)\b)",
    r"\b(?:escape status|absconded|walk-?away|montana state prison|\bmsp\b|parole (?:board|hearing)|jail|urinalysis|positive ua)\b", r"\bmy (?:brother|husband|son|boyfriend|father|dad|cousin|wife|sister|daughter|fianc\w+|nephew|uncle|friend)\b[^.?!]*\b(?:moved|was|is|has|property|visit|release\w*)\b",
)  # fmt: skip
"""People in custody leave, return and are terminated from programs as well; that is not for this mailbox."""
