"""III.B.3: access is to be taken away, whatever has happened."""

from __future__ import annotations

from tasks.policy.sorting.cues import ACCESS, NEAR, OMIS, Cue, Wish, cue

CUES: tuple[Cue, ...] = (
    cue(
        Wish.REMOVE,
        0.62,
        "access is to be taken away",
        rf"(?<!n['’]t )(?<!not )\b(?:remov(?:e|ed|al|ing)|delet(?:e|ed|ion)|de-?activat(?:e|ed)|disabl(?:e|"
        rf"ed)|inactivat(?:e|ed)|terminate"
        rf"|clos(?:e|ed)(?: out)?|cancel|revok(?:e|ed)|shut(?:ting)? (?:off|down)|turn(?:ed)? off|"
        rf"switch(?:ed)? off|cut(?: off)?|kill|pull(?:ed)?"
        rf"|ended|end|drop|purge|block|stop|freez(?:e)|frozen|discontinue|suspend|take down|yank)\b{NEAR}\b{ACCESS}\b",
        r"(?<!n['’]t )(?<!not )\b(?:shut|turn|cut|switch|take|taken|drop|pull)(?: (?:him|her|them|it|"
        r"both|all|these|[\w'’-]+ [\w'’-]+)){1,2} (?:off|out)\b(?! (?:work|leave))",
        r"\b(?:delete|remove|disable|deactivate|inactivate|drop|lock|kick|boot|take) (?:him|her|them|"
        r"both|these two)(?: (?:off|out))?\b(?! (?:a|an|the|to|with|how))",
        rf"\b{ACCESS}\b(?: can| should| to)? go away\b",
        rf"\b(?:may|must|should|can)(?: not|n['’]?t)(?: longer)? (?:have |be given |use |get into |"
        rf"log into |access)\b{NEAR}\b{ACCESS}\b",
        rf"\b(?:lock|kick)(?: \w+){{1,2}} out of (?:everything|{OMIS})\b",
        rf"\bget rid of\b{NEAR}\b{ACCESS}\b",
        rf"\bno more {OMIS}\b",
        r"\bclean ?up\b",
        rf"\b{ACCESS}\b(?: \w+){{0,2}} (?:should|can|must|needs? to|has to|to) be (?:cut|taken|shut|"
        rf"pulled|killed|closed)\b",
        r"\byank\b",
        rf"\b(?:get|have|take care of) (?:his|her|their) {ACCESS} (?:taken care of|removed|closed|"
        rf"shut|off|down|turned off)\b",
        rf"\b{ACCESS}\b(?: \w+){{0,3}} (?:should|can|must|needs? to|has to|to|will|please|is)(?: be| come| get)* "
        r"(?:closed|removed|disabled|deactivated|ended?|off|turned off|shut off|deleted|terminated|"
        r"revoked|cancel+ed|end|inactivated|suspended|frozen|stopped|on hold)\b",
        rf"\b{ACCESS}\b(?: \w+){{0,2}} on hold\b",
    ),
    cue(
        Wish.REMOVE,
        0.5,
        "somebody is to be taken off",
        r"(?:^|\bplease |\bpls |\bto |\band )(?:remove|delete|deactivate|disable|inactivate|terminate)"
        r"(?: (?:the following|these|this|[\w'’-]+)){1,3}",
        r"\b(?:remove|delete|take off|disable|deactivate)(?: the| this| these)? (?:user|users|employee|people|staff)\b",
        r"\binactive users?\b",
    ),
)
