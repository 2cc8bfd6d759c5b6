"""Mails that ask nothing of an account: questions, withdrawals, thanks, automatic answers, and what is not for us."""

from __future__ import annotations

from tasks.policy.sorting.cues import NOT, Cue, cue
from tasks.policy.sorting.values import Matter

CUES: tuple[Cue, ...] = (
    cue(
        Matter.QUESTION,
        0.85,
        "it asks something",
        r"^(?!what (?:can|should|else can) (?:we|i) do\b)(?:and |so |also,? |hi,? |hello,? |quick question[:,-]"
        r"? |one question[:,-]? |question[:,-]? )*(?:how (?:do|does|can|long|often|many|much|fast|"
        r"soon|would|should|is|are)|what(?:['’]s| is| are| do| does| kind| time| happens| form| should|"
        r" would)"
        r"|which|where|when (?:do|does|can|will|is|are|should|would|may)|who(?:m)? |why|is|are|does|"
        r"do (?:i|we|you|they)|did|has|have (?:you|they)|will|should|am i)\b.*\?",
        r"\bany (?:word|updates?|news|idea|progress|status)\b",
        r"\bstatus of\b",
        r"\b(?:can|could) (?:you|somebody|someone|anybody) (?:please )?(?:tell|explain|clarify|answer|"
        r"advise|confirm|send me (?:a|the) (?:list|form|copy|blank))\b",
        r"\bcan (?:the|a|an)\b[^.?!]*\bor\b[^.?!]*\?",
        r"\b(?:don['’]?t|do not|not) (?:sure|understand|know) (?:what|how|if|which|whether|who|where)\b",
        r"\blet me know (?:how|what|which|where|who|if (?:i|we) (?:need|have|should))\b",
        r"\bwhat (?:is|are) required\b",
        r"\bwhat do(?:es)? (?:you|we|i) need\b",
        r"\bwonder(?:ed|ing) (?:if|what|how|whether|about)\b",
        r"\b(?:who|what|where|how) (?:can|do|should|would|to)\b[^.]*\?",
        r"\bis there (?:any|a|an|some)\b[^.]*\?",
        r"\bwho can help\b",
        r"\banswer (?:some|a few|my) questions?\b",
        r"\b(?:please )?(?:clarify|explain)\b",
        r"\bi (?:have|had|got) (?:a|another|one|some|two|a couple of) (?:quick )?questions?\b",
    ),
    cue(
        Matter.QUESTION,
        0.5,
        "it asks something",
        r"^(?:quick |a |one )?questions?\b",
        r"^status\b",
        r"\?$",
        r"^how to\b",
        r"^who to contact$",
        r"^information$",
        r"^inquiry$",
    ),
    cue(
        Matter.WITHDRAWAL,
        0.9,
        "an earlier mail no longer counts",
        r"\b(?:please |pls |kindly |you can |can you |just )*(?:disregard|ignore)\b[^.?!]{0,20}\b(?:my|"
        r"this|that|the|it|previous|earlier|last|email|mail|message|request|below|all)\b",
        r"\bplease disregard\b",
        r"\b(?:cancel|withdraw|scratch|retract|rescind|void|pull back|stop|recall)(?:ing)?\b[^.?!]{0,20}\b(?:re"
        r"quest|application|forms?|paperwork|my (?:last|previous|earlier)|submission|notice|order)"
        r"\b",
        r"\b(?:request|application)\b[^.?!]{0,25}\b(?:cancel+ed|withdrawn)\b",
        r"\bnever ?mind\b",
        r"\bnvm\b",
        r"^correction\b|\bmixed up\b|\b(?:do not|don['’]?t) touch\b|\bis still (?:here|with us|employed|working)\b",
        r"\b(?:hold|pause|shelve) (?-i:[A-Z])[\w'’-]+ (?-i:[A-Z])[\w-]+['’]s (?:request|application|forms?"
        r"|paper ?work)\b",
        r"\bnot (?:be )?(?:bringing|taking|hiring) (?:him|her|them|[\w'’-]+ [\w'’-]+)(?: on)?\b",
        r"\bwrong (?:person|name|employee|form)\b",
        r"\bignore (?:that|this|my|it|the)\b",
        r"\bhold off\b",
        r"\bnot (?:be )?mov(?:e|ing) forward\b|\bwon['’]?t be moving forward\b",
        r"\bscrap (?:it|that|this|the|my)\b",
        r"\b(?:fell through|backed out|called off|turned (?:down|us down))\b",
        r"\bno need (?:to (?:reset|do|process|unlock|remove|disable|change|set)|now|any ?more)\b",
        r"\bmeant to (?:send|say|write)\b|\bi meant\b",
        r"\btake back (?:my|the) (?:request|email)\b",
        r"\b(?:forget|skip) (?:about )?(?:(?:the|my|that|this) (?:reset|request|e-?mail|last \w+|"
        r"one|previous \w+)|(?:about )?it(?=[.!,]|$))",
        r"\bsent (?:that |this |it |you )?(?:\w+ ){0,8}(?:by mistake|in error)\b",
        r"\bby mistake\b",
        r"\b(?:was|is) (?:a mistake|an error|sent in error)\b",
        r"\bfalse alarm\b",
        r"\bfigured it out\b",
        r"\b(?:is|are|['’]s|has) (?:not|n['’]t) leaving\b",
        r"\b(?:is|are|has|['’]s) (?:decided to )?stay(?:ing|ed)?\b(?! with us)",
        r"\bchanged (?:his|her|their|my) minds?\b",
        r"\b(?:won['’]?t|will not|does not|doesn['’]?t|no longer|not) (?:be )?(?:need|needing|going to need)"
        r" (?:the |this |it |that |any )?(?:access )?(?:after all|any ?more|this)\b",
        r"\bno longer need this\b",
        r"\b(?:request|application)\b[^.?!]{0,25}\bno longer (?:be )?needed\b",
        r"\b(?:decided|chose|elected) not to (?:take|accept|join|start|come(?! back))\b",
        r"\bdeclined (?:the|our) (?:job|offer|position)\b",
        r"\bwithdraw\b",
        rf"\b(?:do|did|should) {NOT}(?: longer)? (?:turn off|disable|remove|delete|deactivate|process|"
        rf"do anything)\b",
        r"\bdon['’]?t (?:turn off|disable|remove|delete|deactivate|process)\b",
        r"\bbefore (?:starting|he started|she started|they started)\b",
        r"\bi remembered (?:it|my)\b",
        r"\bfound (?:it|my password)\b",
    ),
    cue(Matter.WITHDRAWAL, 0.4, "an earlier mail was a slip", r"^oops\b|\bmy (?:mistake|bad)\b"),
    cue(
        Matter.THANKS,
        0.85,
        "it only thanks or confirms",
        r"^(?:ok(?:ay)?,? |great,? |perfect,? |awesome,? |yes,? |all good,? |hi \w+,? )*(?:thank ?s?(?: you)"
        r"?|thx|ty|tks|thanx|many thanks|much appreciated|appreciate|gracias)\b",
        r"\b(?:much appreciated|appreciate (?:it|the|your|you))\b",
        r"^(?:ok(?:ay)?|great|perfect|awesome|excellent|wonderful|got it|received|noted|will do|no problem|"
        r"sounds good|understood|copy that|you['’]?re welcome|roger|10-4|sure|yes|done|all set|cool|"
        r"fantastic|that works)\b[^?]{0,60}$",
        r"\bsounds (?:good|great)\b",
        r"^i['’]?m in\b",
        r"\byou (?:guys )?(?:rock|are (?:the best|awesome|great|amazing))\b",
        r"\bletting (?:me|us) know\b",
        r"\bgot in\b",
        r"\bhappy (?:friday|thanksgiving|holidays)\b",
        r"\bi (?:will|['’]?ll) (?:have|ask|tell|let|get) \w+ (?:to )?(?:sign|know|send|correct|fix|it)\b",
        r"\b(?:it |that |all |everything |she |he |they |works? )?(?:worked|works now|works great|"
        r"is working|working (?:now|again|fine)|got in (?:fine|just fine|now))\b",
        r"\bthank you\b(?! for (?:contacting|your (?:email|e-mail|message|mail|interest|inquiry)))",
        r"\bthanks (?:so much|again|for (?:the|your) (?:quick|help|fast|assist))",
        r"\b(?:works?|worked) like a charm\b",
        r"^[\W_]*(?:👍|🙂|😊|🙏)[\W_]*$",
        r"\bhave a (?:great|good|nice)\b",
        r"\b(?:i['’]?ll|i will|will) (?:get|send|have) (?:it|that|them|this)(?: over| back| in)? (?:to you )"
        r"?(?:by|on|today|tomorrow|asap|later|soon|this)\b",
    ),
    cue(
        Matter.AUTOREPLY,
        0.92,
        "a program answered",
        r"\bout[- ]of[- ](?:the[- ])?office\b",
        r"\bautomatic(?:ally)?[- ](?:reply|response|generated|message|answer)\b",
        r"\bauto[- ]?(?:reply|response|responder|generated)\b",
        r"^auto:",
        r"\bautomated (?:message|response|reply|e-?mail)\b",
        r"\b(?:do|please do) not (?:reply|respond) to this\b",
        r"\baway from (?:my|the) (?:desk|office|e-?mail|computer)\b",
        r"\b(?:limited|no|without|little|intermittent) access to (?:my )?(?:e-?mail|voicemail|phone)\b",
        r"\bi (?:will|['’]ll|shall|am going to)(?: \w+)? (?:respond|reply|answer|get back)\b[^.?!]{0,40}\b(?:re"
        r"turn|when|upon|as soon|once|back)\b",
        r"\b(?:answer|reply|respond)(?: \w+){0,3} when i (?:return|get back|am back)\b",
        r"\bwill (?:answer|reply|respond)\b[^.?!]{0,25}\b(?:return|back)\b",
        r"\b(?:ticket|case|request|inquiry)\b[^.?!]{0,25}\bhas been (?:opened|created|received|logged|"
        r"assigned|submitted|updated)\b",
        r"\b(?:we have|we['’]ve) received your (?:inquiry|request|message|email|ticket)\b",
        r"\byour message (?:was read|has been received|could not|wasn['’]t)\b",
        r"\b(?:delivery|message)\b[^.?!]{0,20}\b(?:has failed|failed|undeliverable|could ?n[o']t be delivered)"
        r"\b",
        r"^undeliverable\b",
        r"^(?:read|not read|delivered|accepted|declined|tentative):",
        r"\bmailbox is (?:not|no longer) (?:monitored|in use|active)\b",
        r"\bthank(?:s| you) for (?:contacting|your (?:e-?mail|message|inquiry|interest))\b",
        r"\b(?:for|if you need) (?:urgent|immediate|any urgent) (?:matters?|assistance|help|needs?|issues?)\b",
        r"\bin my absence\b",
        r"\bgone fishing\b",
        r"\b(?:i am|i['’]m|we are|we['’]re) (?:currently )?(?:out|away|off) (?:until|till|through|this|today)\b",
        r"\boffice (?:is|will be) closed\b",
        r"\bwill re-?open\b",
        r"\bhow did we do\b|\btake our survey\b",
        r"\byour (?:ticket|case|request) (?:was|is) (?:resolved|closed)\b",
        r"\b(?:i have left|i no longer work|i am no longer)\b",
        r"\bif (?:it|this|you) can['’]?t wait\b",
        r"\b(?:i am|i['’]m) in (?:training|meetings|court|a (?:conference|training))\b",
        r"\bwill (?:get|be) back (?:to|with|in touch with) you\b",
        r"\b(?:ticket|case|request)\b[^.?!]{0,25}\bhas been (?:resolved|closed)\b",
        r"\bdirect all\b",
        r"\b(?:i am|i['’]m) (?:currently )?(?:on vacation|on holiday|out of the country|on pto|traveling)\b",
        r"\b(?:i will|i['’]ll) be on (?:vacation|holiday|pto)\b",
        r"\bplease (?:direct|forward|send|address)\b[^.?!]{0,40}\bto (?-i:[A-Z])",
        r"\b(?:please )?contact (?-i:[A-Z])\w+(?: \w+)?(?: for assistance| instead|\.$|$)",
    ),
    cue(
        Matter.OTHER,
        0.85,
        "it is an advertisement or a trick",
        r"\bunsubscribe\b",
        r"\b(?:webinar|newsletter|gift card|seo|lottery|crypto\w*|free trial|limited time|special offer|"
        r"discount|% off|promo code|sale ends)\b",
        r"\bclick (?:here|the link|below|on the link)\b",
        r"\b(?:claim|redeem) your\b",
        r"\bcongratulations!+",
        r"\b(?:dear (?:user|customer|sir/madam|valued)|valued customer)\b",
        r"\b(?:15|30|20|ten|fifteen)[- ]minutes? (?:this|next|of your|for a|to)\b|\bfor a (?:quick )"
        r"?(?:demo|call)\b",
        r"\b(?:verify|confirm) your (?:password|account|address|identity|email)\b",
        r"\b(?:first page of google|came across your website|reach(?:ed|ing)? out because|boost your)\b",
        r"\bmailbox (?:is )?(?:almost )?full\b",
        r"\bpackage could not be delivered\b",
        r"https?://\S+\.(?:ru|xyz|top|example)\b",
    ),
    cue(
        Matter.OTHER,
        0.8,
        "it is about other business",
        r"\b(?:invoice|per diem|billing|past due|purchase order|quote|toner|remittance)\b",
        r"\b(?:potluck|lunch|birthday|baby shower|holiday party|barbecue|bake sale|raffle|christmas party)\b",
        r"\b(?:staff|team|board|all[- ]hands) meeting\b",
        r"\bmeeting (?:moved|is|has been|at|on|invite|minutes|agenda)\b",
        r"\b(?:resume|job application|applying for|cover letter)\b",
        r"\bincident report\b",
        r"\b(?:bank details|direct deposit|ach payment|wire transfer|w-?9)\b",
        r"\b(?:test|ua|drug|lab) results\b(?! (?:in|into|to) )",
        r"\b(?:cut costs|agencies like yours|are you free|let['’]s connect|our (?:products?|services?|"
        r"solution|platform)|demo)\b",
        r"\b(?:road|pass) (?:is |conditions?|closed)\b",
        r"\b(?:movement sheets?|daily count|shift (?:report|schedule|log)|menu|bed (?:count|report|"
        r"list)|census|arrivals and)\b",
        r"\bvisit(?:ation|ing)? (?:hours|time|my|list)?\b",
        r"\b(?:parking|furnace|plumb\w*|hvac|snow|road closure|fire drill)\b",
        r"\b(?:copier|printer|scanner|fax(?: machine)?|phone system|ice machine|dryer|washer)\b[^.?!]{0,40}\b(?:jam\w*"
        r"|broken?|down|out of|vendor|repair\w*)\b",
        r"\b(?:contraband|urinalysis schedule|grievance|bond hearing|court date)\b",
    ),
)
