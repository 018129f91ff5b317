"""The language of short messages, and holding back where they do not tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.assistants.embedded.language import guess_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the blender i got from you makes a strange noise"),
        ("en", "Could you please send the invoice for last month?"),
        ("en", "nobody has answered my emails since Tuesday"),
        ("de", "Der Mixer, den ich von Ihnen habe, macht ein komisches Geräusch."),
        ("de", "Können Sie mir bitte die Rechnung vom letzten Monat schicken?"),
        ("de", "seit Dienstag hat niemand auf meine Mails geantwortet"),
        ("fr", "Le mixeur que j'ai acheté chez vous fait un bruit bizarre."),
        ("fr", "Pouvez-vous m'envoyer la facture du mois dernier ?"),
        ("fr", "personne ne me répond depuis mardi"),
        ("es", "La batidora que les compré hace un ruido extraño."),
        ("es", "¿Me pueden enviar la factura del mes pasado?"),
        ("es", "nadie responde a mis correos desde el martes"),
        ("it", "Il frullatore che ho comprato da voi fa uno strano rumore."),
        ("it", "Mi potete mandare la fattura del mese scorso?"),
        ("it", "nessuno risponde alle mie mail da martedì"),
        ("nl", "De blender die ik bij jullie heb gekocht maakt een vreemd geluid."),
        ("nl", "Kunt u mij de factuur van vorige maand sturen?"),
        ("nl", "sinds dinsdag heeft niemand op mijn mails geantwoord"),
        ("pt", "O liquidificador que comprei com vocês faz um barulho estranho."),
        ("pt", "Podem enviar-me a fatura do mês passado, por favor?"),
        ("pt", "ninguém responde aos meus e-mails desde terça"),
    ],
)
def test_reads_the_little_words(language: str, text: str) -> None:
    """One sentence of a customer is enough."""
    assert guess_language(text, "xx") == language


@pytest.mark.parametrize(
    "text",
    [
        "refund pls",
        "",
        "ok",
        "12345678901234567890123",
        "Samsung Galaxy Ultra Pro Max 256",
        "привет, где мой заказ, жду неделю",
    ],
)
def test_keeps_the_default_where_nothing_tells(text: str) -> None:
    """Too short, only names and numbers, or a language it does not know."""
    assert guess_language(text, "xx") == "xx"


@given(st.text(max_size=19), st.sampled_from(["en", "de", "sv"]))
def test_short_texts_never_change_the_language(text: str, default: str) -> None:
    """Below 20 letters the default stands."""
    assert guess_language(text, default) == default


@given(st.text())
def test_always_answers_with_a_known_code(text: str) -> None:
    """Nothing but the seven codes or the default comes back."""
    assert guess_language(text, "xx") in {"en", "de", "fr", "es", "it", "nl", "pt", "xx"}
