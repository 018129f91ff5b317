"""How customers agree, refuse, take back and limit: the vocabulary of `confirmation`.

The lists are what makes a yes a yes, so they are short of doubtful words on purpose: "great" and "fine print" agree to
nothing. A space stands for any white space, as in `cues`.
"""

import re

from adapters.assistants.embedded.cues import compile_words

YES = compile_words(
    r"y|ye+s+|yea+h?|yeap|ya+|uh[-\s]?huh|yep+|yup+|yap|aye|yse|yeas|si|sí|oui|ja|jawohl|sim|va bene|d'accord"
    r"|claro que sí|vale|genau",
    r"sure(?: thing)?|surely|shure|ok+|okay+|okey|oke|oki|k|kk|okie dokie|alright|all right|fine(?: (?:by|with) me)?",
    r"(?:do|go ahead|go for it|go on|carry on|proceed|continue)(?: (?:and do|with|do))? (?:it|that|this|so)",
    r"go (?:right )?ahead|go for it|go on|carry on|proceed|continue|please do|make it so|let'?s (?:do (?:it|that"
    r"|this)|go(?: ahead)?)",
    r"(?:you )?(?:may|can) (?:proceed|go ahead|do (?:it|that|so))|you (?:may|can)",
    r"absolutely|definitely|certainly|of course|by all means|totally|affirmative|agreed?|i agree|indeed|approved"
    r"|accepted|i accept",
    r"confirm(?:ed)?|i (?:(?:do|can|hereby) )?confirm|exactly|precisely|correct|accurate|true|lgtm|100 ?%",
    r"(?:that|this|it)(?: is|'s|s| was| would be| sounds| looks|'d be)(?: (?:all|just|quite|perfectly|absolutely"
    r"|totally|very|so|exactly|indeed))*"
    r" (?:right|correct|fine|ok|okay|good|great|perfect|alright|lovely|wonderful|accurate|true|awesome"
    r"|what i (?:want|need|asked for|meant)|it|the one)(?: (?:with|by|for) me)?",
    r"(?:that|it|the answer|my answer)(?:'s| is| would be) (?:an? )?(?:(?:big|definite|clear"
    r"|definitely) )?yes(?: from me)?",
    r"(?:sounds|looks|seems)(?: (?:all|just|very|really))? (?:good|great|fine|right|perfect|ok|okay|correct)"
    r"|(?:that )?works|you(?:'re| are) (?:right|correct)|you got it",
    r"i(?:'m| am|m) (?:happy|fine|ok|okay|good|cool) with (?:that|this|it)|i(?:'m| am|m) (?:sure|certain|positive)",
    r"i(?:'d| would) (?:like|love) (?:that|this|it|to (?:proceed|go ahead)|to(?=\W*$))|i want (?:that|this"
    r"|to (?:proceed|go ahead))|i want you to (?:do (?:it|that|so)|go ahead|proceed)",
    r"i do|i would|it is",  # last: the first alternative that fits wins, and longer ones begin like these
)
YES_SIGNS = "\U0001f44d\u2705\u2714\u2611\U0001f44c\U0001f197"  # thumb up, ticks, the OK hand and sign

#: Agree to nothing and deny nothing.
COURTESY = compile_words(
    r"please|pls|plz|plse|thanks?(?: (?:you|ya|u|a lot|so much|very much|again|in advance|a million|a bunch))*|thx"
    r"|ty|cheers|(?:much )?appreciated|i appreciate (?:it|that|your help)",
    r"for (?:(?:all )?your (?:help|time|patience)|me|asking|checking)|to me|hi|hello|hey|oh|ah|well|um+|uh|er|hm+"
    r"|now|then|right(?: (?:now|away))?|asap|as soon as possible|immediately|so|very|really|and|just",
    r"perfect|great|good|nice|wonderful|lovely|excellent|awesome|cool|super|brilliant|amazing|fantastic"
    r"|(?:that )?would be (?:great|lovely|nice|helpful|perfect|wonderful|good|fine)",
    r"sir|madam|mate|kindly|quickly|have a (?:nice|good|great|lovely) (?:day|one|evening|weekend)|bitte|gerne|danke"
    r"|merci|gracias|grazie|obrigad[oa]|por favor|s'il vous pla[iî]t|lol|haha+",
)

#: Take back or put off.
STOP = compile_words(
    r"stop(?: (?:it|that|this))?|(?<!can't\s)(?<!cannot\s)(?<!cant\s)wait(?: (?:a (?:moment|minute|second|sec|bit)"
    r"|please))?|hold (?:on|off|it|up)|hang on|never ?mind|nvm|abort|halt",
    r"not (?:yet|now|today|so fast|any ?more|any longer|like (?:this|that))",
    r"forget (?:it|that|about it|the whole thing)|drop it|skip it|scrap (?:it|that)|cancel (?:that|this)"
    r"|call it off|leave (?:it|that|this|them|everything)(?: (?:as (?:it is|they are|is)|alone|be))?",
    r"on second thoughts?|second thoughts|changed? my mind|actually,? no|i take (?:it|that) back"
    r"|decided (?:against (?:it|that)|not to|otherwise)",
    r"(?:(?:i'd|i would|i'll|i will|i want to|i'm going to|i think i'll|let me|i)(?: (?:rather|prefer to"
    r"|just))* )?keep (?:it|that|this|them|everything|(?:the|my|that) \w+)(?: as (?:it is|they are|is))?",
    r"(?:i'd |i would |i )?(?:rather|prefer|better) not(?: to)?",
    r"(?:do not|don'?t|never)(?: \w+)? (?:do|proceed|go ahead|continue|cancel|refund|return|exchange|change|send"
    r"|process|submit|touch|charge|bother)(?: (?:it|that|this|so|anything|with \w+))?",
    r"i (?:do not|don'?t|no longer) (?:want|need)(?! to wait)(?: (?:it|that|this|to|you to))?(?: (?:any ?more"
    r"|any longer))?|please (?:do not|don'?t)|(?:do not|don'?t)(?=\W*$)",
)
NO_SIGNS = "\U0001f44e\u274c\u270b\U0001f6d1\u26d4\U0001f645"  # thumb down, cross, raised hand, stop signs

#: Of these, what takes back the wish itself and not only this way of granting it.
CHANGED = compile_words(
    r"changed? my mind|second thoughts?|actually,? (?:no|do not|don'?t|leave|keep|stop|wait)|never ?mind|nvm"
    r"|forget (?:it|that|about it)|keep (?:it|that|this|them|the|my|everything)"
    r"|leave (?:it|that|this|them|everything)|i take (?:it|that) back|any ?more|any longer|no longer"
    r"|decided (?:against|not to|otherwise)|drop it|scrap (?:it|that)|cancel (?:that|this)|call it off"
)

#: Refuse, at the beginning of a message.
NO = compile_words(
    r"(?:no+|n)(?: (?:thanks?(?: you)?|way|sir|please))?(?! (?:idea|clue|preference|problem|worries|rush|hurry"
    r"|doubt|matter|more|further|issue|objection|need|one|reason)s?(?!\w))",
    r"(?:that|it|the answer|my answer)(?:'s| is| would be) (?:an? )?(?:(?:big|definite|clear|hard"
    r"|definitely) )?no(?: from me)?|nay|false|i'll pass|i think not",
    r"nope|nah+|naw|non|nein|nee|não|negative|(?:absolutely|definitely|certainly|of course) not|not (?:really"
    r"|at all|ok|okay|good|right|correct|true|interested|happy|that|this)",
    r"i (?:refuse|decline|disagree|object|do not agree|don'?t agree|don'?t think so)|declined?|disagree|(?:that"
    r"|this|it)(?:'s| is) (?:wrong|incorrect|not (?:right|correct|ok|what i \w+))|wrong|incorrect",
)

#: Anything that can turn a yes around: none of these may stand in a yes, wherever.
DENIAL = re.compile(
    r"(?<!\w)(?:no+|not|never|none|nothing|nobody|neither|nor|without|cannot|\w+n't|(?:do|does|did|wo|ca|ai|is|was"
    r"|would|should|could|have|has|had|are)nt|nope|nah+"
    r"|nein|nicht|kein\w*|non|pas|nunca|jamais|niet|geen|não|nao|refuse\w*|declin\w+|deny|against|hardly|barely"
    r"|unable|wrong|stop|wait|cancel that|keep)(?!\w)"
)

#: Words that hang a condition or a change on what was agreed.
LIMIT = compile_words(
    r"but|only|if|unless|except(?: for)?|excluding|minus|(?:as|so) long as|provided|providing|assuming|instead"
    r"|however|although|though|other than|apart from|until|till|before|after|first"
    r"|rather|depends|depending|maybe|perhaps|probably|possibly|guess|suppose|whatever|use|using|with|different"
    r"|change (?:it|that)|make it|make sure|actually|it|them|this one|that one|half|part|partly",
)

#: Opens a second wish, so that the yes before it stands.
SECOND_WISH = compile_words(
    r"also|additionally|in addition|besides|(?:one|1) (?:more|other|last) (?:thing|question|request)"
    r"|another (?:thing|question|request|issue|problem|order)"
    r"|by the way|btw|ps|p\.s|while you'?re at it|plus"
)
SECOND_THING = compile_words(
    r"too|as well",
    r"(?:other|second|another|next) (?:order|item|question|thing|parcel|package|request|issue|problem|product|one)",
)

QUESTION = compile_words(
    r"what(?:'s)?|where|when|why|how|who|which",
    r"(?:can|could|would|will|may|should|do|does|did|is|are|was|were|has|have|am) (?:you|i|we|it|they|there|my|the"
    r"|this|that)",
)
UNSURE = compile_words(
    r"not sure|unsure|i(?: do not|'?m not| don'?t| dont) (?:know|sure|care|mind|understand|see|get it|remember)",
    r"no idea|maybe|perhaps|hmm+|dunno|idk|let me (?:think|check|see)|think about it|yeah,? right",
)
