"""Turkish."""

from archiver.provenance.phrases.grammar import CITES, COPY, IMAGE, ORIGINAL, TRANSLATED, Form, Language, Row

# A capital İ is no capital of i to a regular expression: words that can begin a sentence are written [iİ].
TURKISH = Language(
    code="tr",
    subject=r"bu (?:\w{1,15} )?(?:yazı|makale|haber|metin|röportaj|içerik|söyleşi|analiz|deneme|köşe yazısı)|(?:yazı|makale|haber|metin)(?:nın|nin|in) (?:orijinali|aslı)",
    venues=r"(?:gazetesi|dergisi|sitesi|ajansı)",
    stops=r"tarafından|kaynak|fotoğraf|çeviri|çeviren|yayın\w*|göre",
    rows=(
        Row(Form.STATEMENT, ORIGINAL, r"(?:[iİ]lk olarak|[iİ]lk kez|[iİ]lk defa|[iİ]lk önce|daha önce|orijinal olarak) {X}(?:['’]?n?[dt][ea])? (?:(?:adlı |isimli )?(?:internet |web |haber )?(?:sitesinde |gazetesinde |dergisinde |portalında |blogunda |sayfasında |platformunda |üzerinde )|(?:gazetesinin |dergisinin )[^.;:]{2,25} sayısında ){0,2}(?:yayı[mn]lan|yayına gir|ortaya çıktı|çıkmıştır)",
            "yayın|yayım|ortaya|çıkmıştır", "Bu yazı ilk olarak [Deniz Feneri]'nde yayınlanmıştır.", "Bu yazı ilk kez yayınlandı."),
        Row(Form.STATEMENT, ORIGINAL, r"{this} (?:\d{1,2} \w{3,9} \d{4}(?: tarihinde|['’]?[dt][ea])? )?{X}(?:['’]?n?[dt][ea])? (?:(?:internet |web |haber )?(?:sitesinde |gazetesinde |dergisinde |portalında |blogunda )){0,2}yayı[mn]lan(?:mıştır|dı|mış)",
            "yayınlan|yayımlan", "Bu makale [Deniz Feneri] dergisinde yayımlanmıştır.", "Bu makale dün yayımlandı."),
        Row(Form.STATEMENT, COPY, r"{X}(?:['’]?(?:den|dan|ten|tan)| (?:sitesinden|gazetesinden|dergisinden|ajansından|blogundan)) (?:alınmıştır|alıntıdır|alıntılanmıştır|aktarılmıştır|derlenmiştir)",
            "alınmıştır|alıntı|aktarılmıştır|derlenmiştir", "Bu haber [Reuters]'tan alınmıştır.", "Önlem alınmıştır."),
        Row(Form.STATEMENT, COPY, r"{X}(?:['’]n?[ıiuü]n| (?:sitesinin|gazetesinin|dergisinin|ajansının)) (?:özel )?izniyle (?:yeniden )?(?:yayı[mn]lan|kullanıl|alın)",
            "izniyle", "[Deniz Feneri]'nin izniyle yeniden yayımlanmıştır.", "Herkesin izniyle yayımlandı."),
        Row(Form.STATEMENT, ORIGINAL, r"(?:yazının|makalenin|haberin|metnin) (?:orijinali|aslı|ilk hali) {X}(?:['’]?n?[dt][ea])? (?:(?:internet |web )?(?:sitesinde |gazetesinde |dergisinde )){0,2}(?:yayı[mn]lan|bulun|yer al|okun)",
            "orijinali|aslı|ilk hali", "Makalenin aslı [Deniz Feneri] sitesinde okunabilir.", "Makalenin aslı arşivde bulunuyor."),
        Row(Form.STATEMENT, ORIGINAL, r"^[^.;:]{1,90}? (?:yazısı|gönderisi|haberi) (?:ilk önce|ilk olarak|önce) {X}(?:['’]?n?(?:de|da|te|ta)| üzerinde| sitesinde) (?:ortaya çıktı|göründü|yayı[mn]lan)",
            "yazısı|gönderisi|haberi", "Gelgit yazısı ilk önce [Deniz Feneri] üzerinde ortaya çıktı.", "Onun yazısı ilk önce güzel göründü."),
        Row(Form.LABEL, COPY, r"(?:haber |yazı |orijinal |asıl )?(?:kaynak|kaynağı|alıntı) ?: ?{X}",
            "kaynak|kaynağı|alıntı", "Kaynak: [Deniz Feneri]", "Kaynak: bilinmiyor"),
        Row(Form.LABEL, ORIGINAL, r"(?:[iİ]lk yayın(?:landığı yer)?|[iİ]lk yayımlandığı yer|orijinal (?:yazı|makale|metin|yayın)) ?: ?{X}",
            "yayın|yayım|orijinal", "İlk yayın: [Deniz Feneri]", "İlk yayın: bahar ayları"),
        Row(Form.READ, COPY, r"(?:haberin|yazının|makalenin|röportajın|söyleşinin)(?: (?:devamı|tamamı|aslı|orijinali|orijinal metni))(?:nı okumak)?(?: için)?|^(?:orijinal (?:haber|makale|yazı|metin)|kaynak)\W*$",
            "devamı|tamamı|aslı|orijinal|kaynak", "Haberin devamı için", "Sözün devamı gelmedi"),
        Row(Form.TRANSLATION, TRANSLATED, r"{X}(?:['’]?n?[dt][ea](?:ki)?)?(?: (?:sitesinde|gazetesinde|dergisinde))? (?:yayı[mn]lanan |çıkan )?(?:yazının|makalenin|haberin|metnin) (?:türkçe )?çevirisi",
            "çevirisi", "[Deniz Feneri]'nde yayımlanan makalenin çevirisi", "Uzun bir makalenin çevirisi"),
        Row(Form.TRANSLATION, TRANSLATED, r"(?:çeviren|çeviri|çevirmen|türkçesi|tercüme|[iİ]ngilizceden çeviren) ?:",
            "çevir|türkçesi|tercüme", "Çeviren: Ayşe Yazar", "Çeviri zor iştir"),
        Row(Form.CITE, CITES, r"{X}(?:['’]?n?(?:ın|in|un|ün)|['’]?y?[ae])? (?:(?:haberine|aktardığına|bildirdiğine|yazdığına|iddiasına|verilerine|raporuna|açıklamasına) göre|göre|konuştu|konuşan|verdiği (?:demeç|röportaj|mülakat))",
            "göre|konuş|verdiği", "[Reuters]'ın haberine göre görüşmeler sürüyor.", "Başkana göre her şey yolunda."),
        Row(Form.CITE, CITES, r"{X} (?:haber ajansı |gazetesi )?(?:bildirdi|yazdı|duyurdu|aktardı|haberleştirdi)\b",
            "bildirdi|yazdı|duyurdu|aktardı|haberleştirdi", "Görüşmelerin sürdüğünü [Reuters] bildirdi.", "Bunu Ayşe Yazar bildirdi."),
        Row(Form.IMAGE, IMAGE, r"(?:^|[(|.\[] ?)(?:(?:kapak |manşet )?(?:foto(?:ğraf)?(?:lar)?|görsel|görseli|fotoğrafı)(?: kaynağı)?|resim) ?[:/©|] ?{X}",
            "<foto|<görsel|<kapak|<manşet|<resim>", "Fotoğraf: [DHA]", "Fotoğraf: çok"),
        Row(Form.REUSE, None, r"kaynak (?:gösterilmeden|gösterilerek|belirtilmeden|göstermek)|izinsiz|izin alınmadan",
            "kaynak|izinsiz|izin alınmadan", "Kaynak gösterilmeden alıntı yapılamaz.", "Kaynak: Deniz Feneri"),
    ),
)  # fmt: skip
