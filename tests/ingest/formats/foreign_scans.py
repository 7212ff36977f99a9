"""Pages in several languages as images, drawn by the tests themselves; the texts are ours."""

import io
import shutil
import subprocess
import textwrap
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

TEXTS = {
    "en": (
        "The tenant owes fourteen thousand dollars of rent for March 2024 and has not paid it"
        " after written notice of seven days. The landlord may end the lease at once under "
        "Section 9.1 of it, without another notice, and asks for the sum of all that is owed,"
        " together with the late charges that are billed apart. The security deposit stays "
        "with the landlord until the rooms have been handed over and inspected by both "
        "parties."
    ),
    "de": (
        "Die Mieterin schuldet für März 2024 eine Miete von 14.250,50 € und hat sie trotz "
        "schriftlicher Mahnung vom 7. Februar nicht gezahlt. Der Vermieter kann das "
        "Mietverhältnis gemäß § 543 Abs. 2 fristlos kündigen und die Räume zurückverlangen. "
        "Größere Schönheitsreparaturen übernimmt der Eigentümer; die übrigen Ansprüche "
        "bleiben unberührt. Änderungen dieses Vertrages müssen von beiden Parteien "
        "ausdrücklich und schriftlich bestätigt werden."
    ),
    "fr": (
        "Le preneur n’a pas réglé le loyer de mars 2024, soit 14 250,50 €, malgré la mise en "
        "demeure signifiée le 7 février. À défaut de paiement dans un délai de huit jours, le"
        " bailleur pourra résilier le contrat de plein droit, conformément à l’article 9.1. "
        "Le dépôt de garantie sera conservé jusqu’à la remise des clés et l’état des lieux "
        "établi par un huissier. Toute clause contraire est réputée non écrite, même là où "
        "elle a été signée."
    ),
    "es": (
        "La arrendataria adeuda la renta de marzo de 2024, que asciende a 14.250,50 €, y no "
        "la ha pagado después del requerimiento notificado el 7 de febrero. El arrendador "
        "podrá resolver el contrato según la cláusula novena, sin más trámite, y exigir la "
        "devolución del local. La fianza quedará en poder del dueño hasta que se entreguen "
        "las llaves. Ningún señalamiento verbal modificará esta obligación; así lo acuerdan "
        "también los compañeros de vivienda."
    ),
    "ru": (
        "Арендатор не внёс арендную плату за март 2024 года в размере 14 250,50 рубля, "
        "несмотря на письменное уведомление от 7 февраля. Арендодатель вправе расторгнуть "
        "договор в одностороннем порядке согласно пункту 9.1 и потребовать возврата "
        "помещения. Обеспечительный платёж остаётся у собственника до подписания акта "
        "приёма-передачи. Все изменения настоящего договора действительны, если они совершены"
        " в письменной форме и подписаны сторонами."
    ),
    "el": (
        "Ο μισθωτής δεν κατέβαλε το μίσθωμα του Μαρτίου 2024, ύψους 14.250,50 ευρώ, παρά την "
        "έγγραφη όχληση της 7ης Φεβρουαρίου. Ο εκμισθωτής δικαιούται να καταγγείλει τη "
        "σύμβαση σύμφωνα με το άρθρο 9.1 και να ζητήσει την απόδοση του ακινήτου. Η εγγύηση "
        "παραμένει στον ιδιοκτήτη μέχρι την παράδοση των κλειδιών. Κάθε τροποποίηση της "
        "σύμβασης γίνεται μόνο εγγράφως και υπογράφεται και από τα δύο μέρη, διαφορετικά "
        "είναι άκυρη."
    ),
    "ar": (
        "لم يدفع المستأجر أجرة شهر مارس رغم الإنذار الكتابي الذي تسلمه في شهر فبراير. يحق "
        "للمؤجر فسخ العقد فورا وفقا للمادة التاسعة والمطالبة بإخلاء العين المؤجرة. يبقى مبلغ "
        "التأمين لدى المالك حتى تسليم المفاتيح ومعاينة المكان من قبل الطرفين. لا يعتد بأي "
        "تعديل على هذا العقد إلا إذا كان مكتوبا وموقعا من الطرفين، وتختص محاكم المدينة بالنظر"
        " في كل نزاع ينشأ عنه."
    ),
    "zh": (
        "承租人未支付二〇二四年三月的租金共计人民币一万四千元，经书面催告后七日内仍未履行。"
        "出租人有权依照本合同第九条立即解除合同，并要求承租人返还房屋及支付违约金。"
        "押金在双方完成房屋交接并签署确认书之前由出租人保管。"
        "对本合同的任何修改均须以书面形式作出，并由双方签字盖章后方可生效。"
        "因本合同发生的争议，由房屋所在地有管辖权的人民法院审理。"
    ),
}
"""Clauses on one lease by ISO 639-1 code, as they are meant to be read."""

FONTS = ("DejaVuSans.ttf", "DejaVuSerif.ttf")
_SIZE = (1700, 2200)  # letter at 200 dpi, as OCR gets a page
_TYPE = 34
_WIDE = 76  # characters in a line; half of it where each is as wide as it is high


def drawn(code: str, font: str = FONTS[0]) -> Image.Image | None:
    """The text of `code` on a page, from its top; None where no font here has its letters."""
    found = _chinese_font() if code == "zh" else _font("DejaVuSans.ttf" if code == "ar" else font)
    if found is None:
        return None
    page = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(page)
    right = code == "ar"
    for number, line in enumerate(lines(code)):
        place = (_SIZE[0] - 150 if right else 150, 200 + 60 * number)
        pen.text(place, line, fill="black", font=found, anchor="ra" if right else "la")
    return page


def lines(code: str) -> list[str]:
    wide = 42 if code == "zh" else _WIDE
    return textwrap.wrap(TEXTS[code], wide, break_on_hyphens=False)


def worn(page: Image.Image) -> Image.Image:
    """The page as a poor scan, the same each time: askew, blurred, noisy, a JPEG."""
    grey = page.convert("L").rotate(0.5, Image.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(grey.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32)
    noise = np.random.default_rng(7).normal(0, 12, pixels.shape)
    packed = io.BytesIO()
    Image.fromarray(np.clip(pixels * 0.9 + noise, 0, 255).astype(np.uint8)).save(
        packed, "JPEG", quality=45
    )
    return Image.open(packed).convert("RGB")


def _font(name: str) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, _TYPE)
    except OSError:
        return None


@cache
def _chinese_font() -> ImageFont.FreeTypeFont | None:
    program = shutil.which("fc-list")
    if program is None:
        return None
    listed = subprocess.run([program, ":lang=zh-cn", "file"], capture_output=True, text=True)
    files = sorted(line.partition(":")[0] for line in listed.stdout.splitlines())
    return _font(str(Path(files[0]))) if files else None
