"""III.C.4: information from the records that left the house: told, shown, sent, or carried off."""

from __future__ import annotations

from tasks.policy.sorting.cues import DATA, KIN, NEAR, OMIS, PEOPLE, Cue, cue
from tasks.policy.sorting.values import Matter

_IT = Matter.VIOLATION

CUES: tuple[Cue, ...] = (
    cue(
        _IT,
        0.88,
        "information went outside",
        rf"\b(?:shar|disclos|discuss|leak|pass|send|giv|sell|talk|tell)(?:e|es|ed|ing|s)?\b[^.?!]{{0,60}}\b(?:{DATA}"
        rf"|{PEOPLE}|confidential)\b"
        rf"[^.?!]{{0,30}}\b(?:with|to) (?:his|her|their|a|an|some)(?: \w+)? {KIN}\b",
        rf"\b(?:sell(?:s|ing)?|sold|leak(?:ed|ing)?|disclos(?:ed|ing)|post(?:ed|ing)|texted|texting|"
        rf"sent|sending|emailed|shar(?:ed|ing|es)|gave|giving|giv(?:es|en)|pass(?:ed|ing)|told|tells|"
        rf"showed|showing|hand(?:ed|ing))\b{NEAR}\b(?:{DATA}|{PEOPLE})\b{NEAR}\b(?:(?:to|with) (?:an? |"
        rf"his |her |their |the |some ?|people|outside)?(?:\w+ )?(?:famil|friend|people|outside|media|"
        rf"reporter|newspaper|bail|bondsman|facebook|social|girlfriend|boyfriend|someone|somebody|"
        rf"ex|{PEOPLE}|wife|husband|neighbou?r)|on (?:facebook|social media|instagram|snapchat|tiktok)"
        rf"|outside)",
        rf"\b(?:told|tells|telling|gave|gives?|giving|let|texted|called|said to|mentioned to|showed"
        rf"|shared with)\b{NEAR}\b{KIN}\b"
        rf"[^.?!]{{0,40}}\b(?:{DATA}|release|dates?|custody|cell|where (?:he|she|they)|address|location|whereabouts)\b",
        r"\b(?:fax|e-?mail|mail|sent|send|went|gave|handed|deliver)(?:ed|ing|s)?\b[^.?!]{0,60}\b(?:to|at) (?:the "
        r"|an? )?wrong "
        r"(?:number|person|address|recipient|e-?mail|fax|place|people|agency|family)\b",
        r"\bmis-?(?:directed|sent|addressed|delivered)\b",
        rf"\b(?:sell(?:s|ing)?|sold)\b{NEAR}\b(?:{DATA})\b",
        r"\b(?:told|telling) (?:my|his|her|our|a) (?:neighbou?r|friend|family|mother|ex)\b",
        r"\bfrom your computer system\b",
        rf"\b(?:facebook|snapchat|social media|tiktok|instagram)\b{NEAR}\b(?:{DATA}|{PEOPLE}|{OMIS})",
        rf"\b(?:{DATA}|{PEOPLE}|{OMIS})\b{NEAR}\b(?:facebook|snapchat|social media|tiktok|instagram)\b",
        r"\bsomeone outside (?:of )?(?:the|our)\b",
        rf"\bprint(?:ed|ing|s)?(?: out| off)?\b{NEAR}\b(?:{PEOPLE}|records?|files?)\b{NEAR}(?:['’]s)"
        rf"?\b(?:and|to|for) (?:show|gave|took|g[ai]ve|shar|brought|her|his)\w*",
        rf"\bshow(?:s|ed|ing|n)?\b{NEAR}\bto (?:her|his|their|a|an|some) (?:boyfriend|girlfriend|friend|"
        rf"husband|wife|mother|family|buddy|roommate|neighbou?r|{PEOPLE})\b",
        r"\b(?:letting|let|lets) (?:her|his|their|a) (?:husband|wife|boyfriend|girlfriend|friend|"
        r"kids?|son|daughter|spouse|family)\b[^.?!]{0,40}\b(?:look|see|use|read|search)\w*",
        r"\blook(?:s|ed|ing)? (?:people|someone|somebody|folks|residents|offenders|him|her|them) up\b",
        r"\b(?:logg?(?:ing|ed|s)?|sign(?:ing|ed|s)?)[- ]?(?:in|on)\b[^.?!]{0,20}\b(?:from (?:home|"
        r"a bar|a personal)|on (?:his|her|their) (?:own|personal|home))\b",
        rf"\b(?:print-?outs?|printed pages?|{OMIS} (?:pages|print\w*|screens?))\b{NEAR}\b(?:trash|"
        rf"garbage|dumpster|recycl\w+|copier|printer|bus|counter|car|outside|table|break ?room|street|"
        rf"floor)\b",
    ),
    cue(
        _IT,
        0.85,
        "information was carried off",
        r"\b(?:usb|thumb|flash|jump|external|memory)[- ]?(?:drives?|sticks?|disks?|cards?)\b",
        rf"\b(?:download|copied|copying|export|sav)(?:ed|ing|s)?\b{NEAR}\b(?:{PEOPLE}|{OMIS}|records)\b",
        rf"\b(?:took|takes?|taken|taking|carr\w+|brought|bringing) (?:it |them |some |the |her |his "
        rf"|\w+ )?(?:{DATA} )*home\b",
        rf"\b(?:printed|photographed|screenshotted|copied|has been (?:printing|copying))\b{NEAR}\b{PEOPLE}(?:['’]?s?)?"
        rf"(?: \w+)? {DATA}\b",
        r"\b(?:forward(?:ed|ing|s)?|e-?mail(?:ed|ing|s)?|sen[dt](?:s|ing)?)\b[^.?!]{0,70}\b(?:personal (?:e-?ma"
        r"il|account)|gmail|yahoo|hotmail|(?:her|his|their) (?:home|private) (?:e-?mail|address))"
        r"\b",
        rf"\b(?:pictures?|photos?|screen ?shots?|photographed|videos?)\b{NEAR}\b(?:{OMIS}|screen|records?|"
        rf"files?|computer)\b",
        r"\b(?:stole|stolen|theft|took my (?:work )?laptop|broke into|missing laptop|lost (?:my|the|"
        r"a|his|her) (?:work )?(?:laptop|phone|computer|tablet))\b",
    ),
)
