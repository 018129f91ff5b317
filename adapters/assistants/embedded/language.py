"""Guess the language of a short message from its little words.

Knows English, German, French, Spanish, Italian, Dutch and Portuguese. Cheap and careful: names, product names and order
numbers say nothing, so below 20 letters, or when two languages are close, it keeps the default (the customer's last
language, or the channel's). It must not be used to refuse a message.
"""

import re
from collections import Counter

MIN_LETTERS = 20
_MARGIN = 1.5  # the best language needs this many times the score of the next
_MIN_SCORE = 1.2  # more than one word of its own, which may be a name; none of 18,200 English questions is misread

_LITTLE_WORDS = {
    "en": (
        "the and you is of to in that it for was with are this have my not but they his from had has been would "
        "what when where which who how can could will your me we our do does did don't didn't i'm i've it's still "
        "please hi hello thanks there their an at be or if so just want need get got any than because back a i on "
        "as no all about up out by now how's what's let's much more many know tell make i'd order refund parcel "
        "delivery money account into over after before again only also very some most such even must should may "
        "might them then every other these those us"
    ),
    "de": (
        "der die das und ist ich nicht ein eine einen einem einer mit auf für den dem des zu von sie wir ihr es im "
        "am wie was wo wann warum mein meine meinen meiner habe hat haben war wurde werden kann können bitte noch "
        "aber auch nach bei aus über oder wenn dass sich mich mir ihnen ihre guten hallo danke kein keine seit "
        "schon immer möchte moechte würde könnten bestellung paket geld rechnung lieferung als ans beim bis doch "
        "durch dann diese dieser dieses etwas euch euer gegen gern hatte hier jetzt man mehr nur ob ohne sehr sein "
        "sind so soll sollte um uns unser vom vor weil wieder will wollte zum zur zwei"
    ),
    "fr": (
        "le la les un une des et est je ne pas que qui dans pour sur avec ce cette mon ma mes votre vos nous vous "
        "il elle ai avez avons suis sont était mais ou où quand comment pourquoi j'ai c'est n'ai au aux du en plus "
        "encore toujours bonjour merci s'il d'une qu'il l'ai très bien être fait voudrais pouvez besoin depuis "
        "commande colis reçu argent livraison alors après avant aussi car ces cela chez comme d'un deux dernier "
        "elles entre eu faire leur lui même moi notre nos par peu peut pouvoir quel quelle rien ses si son sa te "
        "toi tout tous toute veux vers y"
    ),
    "es": (
        "el la los las un una y es que de no en por para con mi mis su sus se lo le me te he ha han está están fue "
        "pero como cómo dónde cuándo qué cuál quiero puedo puede hola gracias todavía aún ya muy más hace del al yo "
        "usted ustedes desde sin porque cuando este esta dos mismo veces tengo necesito pedido paquete recibido "
        "dinero dirección entrega les nos pueden podría hacer ser sobre entre también algo nada nadie eso esa ese "
        "hay son soy estoy tienen tiene hasta así tan todo todos toda otra otro después antes ahora ayer mes "
        "quisiera"
    ),
    "it": (
        "il lo la gli le un una e è che di non in per con mio mia miei suo si mi ti ho ha hanno sono era ma come "
        "dove quando perché cosa quale vorrei posso può ciao buongiorno grazie ancora già molto più della del dei "
        "nel nella alla al questo questa senza anche stato devo bisogno ordine pacco ricevuto soldi indirizzo "
        "consegna mie nostro vostro vostra ci vi voi noi loro lui lei da dal dalla dai alle ai agli sul sulla fra "
        "tra qui lì ogni tutto tutti quello quella questi prima dopo adesso oggi ieri potete puoi fare essere avere "
        "nessuno niente nulla molti mese fa tre"
    ),
    "nl": (
        "de het een en is ik niet van in dat op te met voor mijn zijn er maar ook aan om bij nog naar uit wat waar "
        "wanneer hoe waarom heb heeft hebben was ben kan kunt kunnen graag hallo bedankt dank geen deze dit wel "
        "niets jullie u uw sinds al wil wordt worden bestelling pakket ontvangen geld levering als bent dan daar "
        "die door eens gaat geweest had hij hier hun iets iemand jij kon maken me meer mij moet na niemand nu of "
        "onze over toch tot tussen veel waren we weer wij zal zich zo zonder zou"
    ),
    "pt": (
        "o a os as um uma e é que de não em por para com meu minha meus seu sua se me eu você vocês foi está estão "
        "mas como onde quando porque qual quero posso pode olá obrigado obrigada ainda já muito mais do da dos das "
        "no na nos nas pelo pela ao desde sem isso este esta tenho preciso pedido pacote recebi dinheiro endereço "
        "entrega aos às até depois antes agora ontem dele dela eles elas entre essa esse estou fazer foram há isto "
        "lhe lhes nós nosso nossa nada ninguém numa num podem quem ser só somos sou também têm tem todos tudo vos "
        "vai"
    ),
}
_LETTERS_OF_THEIR_OWN = {"de": "ßäöü", "fr": "çœèêëîïûàù", "es": "ñ¿¡", "it": "ìòàèù", "pt": "ãõçâêô", "nl": "ĳ"}
_LETTER_SCORE = 0.4  # an accent is a hint, not a word

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def _scores(hints: dict[str, list[str]], unit: float) -> dict[str, dict[str, float]]:
    """Give each hint `unit` points, shared among the languages that have it."""
    shared = Counter(hint for of_language in hints.values() for hint in set(of_language))
    table: dict[str, dict[str, float]] = {}
    for language, of_language in hints.items():
        for hint in of_language:
            table.setdefault(hint, {})[language] = unit / shared[hint]
    return table


_WORD_POINTS = _scores({language: words.split() for language, words in _LITTLE_WORDS.items()}, 1.0)
_LETTER_POINTS = _scores({code: list(letters) for code, letters in _LETTERS_OF_THEIR_OWN.items()}, _LETTER_SCORE)


def guess_language(text: str, default: str) -> str:
    """Return the ISO 639-1 code of the text's language, or `default` if the text is short or does not tell clearly."""
    normal = text.lower().replace("\u2019", "'")
    words = _WORD.findall(normal)
    if sum(len(word) for word in words) < MIN_LETTERS:
        return default
    points = Counter[str]()
    for word in words:
        points.update(_WORD_POINTS.get(word, {}))
    for letter in normal:
        points.update(_LETTER_POINTS.get(letter, {}))
    ranked = points.most_common(2)
    if not ranked or ranked[0][1] < _MIN_SCORE:
        return default
    clear = len(ranked) == 1 or ranked[0][1] >= _MARGIN * ranked[1][1]
    return ranked[0][0] if clear else default
