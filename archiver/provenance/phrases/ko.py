"""Korean."""

from archiver.provenance.phrases.grammar import CITES, COPY, IMAGE, ORIGINAL, TRANSLATED, Form, Language, Row

KOREAN = Language(
    code="ko",
    subject=r"(?:이 기사|본 기사|이 글|본 글|해당 기사|이 콘텐츠)",
    venues=r"(?:신문|잡지|사이트|홈페이지|매체)",
    stops=r"기자|에서|에|의|은|는|이|가|을|를|으로|제공|보도",
    rows=(
        Row(Form.STATEMENT, ORIGINAL, r"{this}(?:는|은) {X}에 (?:처음|먼저|최초로) (?:게재|발행|실린|공개)",
            "게재|발행|실린|공개", "이 글은 [등대일보]에 처음 게재됐습니다.", "이 글은 어제 공개됐다."),
        Row(Form.STATEMENT, COPY, r"{this}(?:는|은) {X}에서 (?:전재|제공|가져온|옮긴)",
            "전재|제공|가져온|옮긴", "이 기사는 [등대일보]에서 제공했습니다.", "무단 전재 금지"),
        Row(Form.LABEL, COPY, r"(?:출처|원문|기사제공|기사 제공|자료) ?: ?{X}",
            "출처|원문|제공|자료", "출처: [등대일보]", "출처 불명"),
        Row(Form.READ, COPY, r"(?:원문 보기|기사 원문|원문보기|전문 보기|기사 더 보기)",
            "원문|전문|더 보기", "원문 보기", "원문 그대로"),
        Row(Form.TRANSLATION, TRANSLATED, r"(?:번역|옮김) ?:",
            "번역|옮김", "번역: 김작가", "번역은 어렵다"),
        Row(Form.CITE, CITES, r"{X}(?:통신)?(?:에 따르면|는 보도했다|은 보도했다|가 보도했다|이 보도했다)",
            "에 따르면|보도했다", "[로이터]에 따르면 협상이 이어진다.", "시장에 따르면 문제없다."),
        Row(Form.IMAGE, IMAGE, r"(?:^|[(|.\[] ?)(?:사진|이미지)(?: 제공)? ?[:/©=] ?{X}",
            "사진|이미지", "사진: [연합뉴스]", "사진 많음"),
        Row(Form.REUSE, None, r"무단 ?전재|재배포 금지|출처를 (?:밝|명시)",
            "무단|재배포|출처를", "무단 전재 및 재배포 금지", "출처: 등대일보"),
    ),
)  # fmt: skip
