"""Turkish."""

from archiver.provenance.phrases.grammar import CITES, COPY, IMAGE, ORIGINAL, TRANSLATED, Form, Language, Row

TURKISH = Language(
    code="tr",
    subject=r"bu (?:\w{1,15} )?(?:yazı|makale|haber|metin|röportaj|içerik)",
    venues=r"(?:gazetesi|dergisi|sitesi|ajansı)",
    stops=r"tarafından|kaynak|fotoğraf|çeviri|çeviren|yayın\w*|göre",
    rows=(
        Row(Form.STATEMENT, ORIGINAL, r"(?:ilk olarak|ilk kez|ilk defa|daha önce) {X}(?:['’]?n?(?:de|da|te|ta))? (?:sitesinde |gazetesinde |dergisinde )?yayı[mn]lan",
            "yayın|yayım", "Bu yazı ilk olarak [Deniz Feneri]'nde yayınlanmıştır.", "Bu yazı ilk kez yayınlandı."),
        Row(Form.STATEMENT, COPY, r"{X}(?:['’]?(?:den|dan|ten|tan)) alınmıştır",
            "alınmıştır", "Bu haber [Reuters]'tan alınmıştır.", "Önlem alınmıştır."),
        Row(Form.STATEMENT, ORIGINAL, r"^[^.;:]{1,90}? (?:yazısı|gönderisi|haberi) (?:ilk önce|ilk olarak|önce) {X}(?:['’]?n?(?:de|da|te|ta)| üzerinde| sitesinde) (?:ortaya çıktı|göründü|yayı[mn]lan)",
            "yazısı|gönderisi|haberi", "Gelgit yazısı ilk önce [Deniz Feneri] üzerinde ortaya çıktı.", "Onun yazısı ilk önce güzel göründü."),
        Row(Form.LABEL, COPY, r"kaynak ?: ?{X}",
            "kaynak", "Kaynak: [Deniz Feneri]", "Kaynak: bilinmiyor"),
        Row(Form.READ, COPY, r"(?:haberin|yazının|makalenin)(?: (?:devamı|tamamı|aslı|orijinali))(?: için)?",
            "devamı|tamamı|aslı|orijinali", "Haberin devamı için", "Sözün devamı gelmedi"),
        Row(Form.TRANSLATION, TRANSLATED, r"(?:çeviren|çeviri|türkçesi|tercüme) ?:",
            "çevir|türkçesi|tercüme", "Çeviren: Ayşe Yazar", "Çeviri zor iştir"),
        Row(Form.CITE, CITES, r"{X}(?:['’]?(?:ın|in|un|ün|nın|nin|a|e|ya|ye))? (?:haberine göre|aktardığına göre|bildirdiğine göre|göre|konuştu|konuşan)",
            "göre|konuş", "[Reuters]'ın haberine göre görüşmeler sürüyor.", "Başkana göre her şey yolunda."),
        Row(Form.IMAGE, IMAGE, r"(?:^|[(|.\[] ?)(?:foto(?:ğraf)?|görsel) ?[:/©] ?{X}",
            "foto|görsel", "Fotoğraf: [DHA]", "Fotoğraf: çok"),
        Row(Form.REUSE, None, r"kaynak (?:gösterilmeden|gösterilerek|belirtilmeden)|izinsiz",
            "kaynak|izinsiz", "Kaynak gösterilmeden alıntı yapılamaz.", "Kaynak: Deniz Feneri"),
    ),
)  # fmt: skip
