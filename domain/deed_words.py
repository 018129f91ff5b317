"""The words for what actions do, in English and German, and the actions that make them true."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.ids import Label


class DeedWords(NamedTuple):
    """How one kind of deed is told: parts of regular expressions, and stems of the names of actions that prove it."""

    stems: tuple[str, ...]
    claimed: str  # after "I have": what only the ledger can bear out
    done: str  # participles that say it by themselves: "refunded"
    german: str
    nouns: str = ""  # what it is called, and what is done with that: "the refund was sent"
    verbs: str = ""
    german_nouns: str = ""
    german_verbs: str = ""
    stems_with_amount: tuple[str, ...] = ()  # prove it too, where an amount went with them
    moves_money: bool = False


_REFUNDED = r"refunded|credited|reimbursed|repaid|paid (?:it |this |you |the money |everything )?back|paid out"
DEEDS: Mapping[Label, DeedWords] = {
    "refund": DeedWords(
        stems=("refund", "reissue", "reimburse", "pay_back", "payout", "pay_out", "credit"),
        stems_with_amount=("cancel",),
        moves_money=True,
        claimed=_REFUNDED,
        done=_REFUNDED,
        nouns="refunds?|reimbursement|repayment|money|amount|credit(?! card)",
        verbs="paid|sent|issued|processed|made|transferred|released|approved|authori[sz]ed|granted|completed|initiated|"
        "triggered|started|submitted|wired|settled|booked|returned|arranged|put through|done|complete|finished|"
        "out|in place",
        german="(?:zurück|rück)?erstattet|zurückgezahlt|zurücküberwiesen|gutgeschrieben|ausgezahlt",
        german_nouns="(?:Rück)?[Ee]rstattung|Rückzahlung|Gutschrift|Geld|Betrag",
        german_verbs="angewiesen|veranlasst|bearbeitet|genehmigt|gezahlt|bezahlt|gesendet|geschickt|durchgeführt|freigegeben|"
        "gebucht|ausgelöst|überwiesen|unterwegs|erledigt|auf Ihrem Konto",
    ),
    "reissue": DeedWords(
        stems=("reissue",),
        claimed=r"re-?issued|sent (?:the|your) (?:refund|money) again",
        done=r"re-?issued|re-?sent",
        german="neu angewiesen|(?:erneut|noch einmal|nochmals?) (?:angewiesen|überwiesen|gezahlt)",
    ),
    "cancel": DeedWords(
        stems=("cancel",),
        claimed="cancell?ed",
        done="cancell?ed|called off|voided|annulled",
        nouns="cancellation",
        verbs="made|processed|completed|confirmed|done|complete|put through",
        german="storniert|annulliert|gekündigt",
        german_nouns="Stornierung|Kündigung",
        german_verbs="durchgeführt|veranlasst|bestätigt|ausgeführt|erledigt",
    ),
    "exchange": DeedWords(
        stems=("exchange", "modify"),
        claimed="exchanged|swapped",
        done="exchanged|swapped",
        nouns="exchange|swap",
        verbs="made|registered|arranged|set up|booked|started|approved",
        german="umgetauscht|ausgetauscht|getauscht",
        german_nouns="Umtausch|Austausch",
        german_verbs="angemeldet|registriert|veranlasst|eingerichtet",
    ),
    "change": DeedWords(
        stems=("change", "modify", "exchange", "update"),
        claimed="changed|updated|corrected|modified",
        done="changed|updated|corrected|modified|redirected",
        german="geändert|aktualisiert|korrigiert|angepasst|umgestellt",
    ),
    "replace": DeedWords(
        stems=("replace",),
        claimed="replaced|sent (?:you )?(?:a|the|your) replacement",
        done="replaced",
        nouns="replacement",
        verbs="sent|shipped|dispatched|ordered|arranged|approved|booked",
        german="ersetzt",
        german_nouns="Ersatz",
        german_verbs="geschickt|gesendet|versandt|versendet|bestellt|veranlasst",
    ),
    "open": DeedWords(
        stems=("open", "trace"),
        claimed="opened|started (?:a|the) (?:trace|search|investigation)",
        done="traced",
        nouns="trace|search|investigation",
        verbs="opened|started|requested|ordered|set up|initiated|open",
        german="nachgeforscht",
        german_nouns="Nachforschung|Suche",
        german_verbs="gestartet|eröffnet|beauftragt|eingeleitet|veranlasst",
    ),
    "return": DeedWords(
        stems=("return",),
        claimed=r"returned|registered (?:the|your) return|(?:arranged|set up) (?:the|your) return",
        done=r"registered (?:the|your) return",
        nouns="return",
        verbs="registered|arranged|set up|booked|approved|accepted|started",
        german="zurückgenommen",
        german_nouns="Rücksendung|Rückgabe|Retoure",
        german_verbs="angemeldet|registriert|eingerichtet|veranlasst|genehmigt",
    ),
}
