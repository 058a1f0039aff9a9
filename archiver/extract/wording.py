"""How pages say that they are not the page: that it was not found, that a bot check, a login, a consent or a payment comes first.

A table for each thing that is said, a row for each language, to be matched with folded text (text.fold: lower case, plain quotes
and dashes). TITLES are matched with the whole of a title or of a part of one, WORDS anywhere in a short line. A row is a choice of
wordings without unbounded repetition, so matching is linear. Which page is judged by which table is standin's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

Wording = Mapping[str, str]


def _table(**rows: str) -> Wording:
    return MappingProxyType(rows)


def any_of(table: Wording) -> re.Pattern[str]:
    """One pattern for all languages of a table."""
    return re.compile("|".join(f"(?:{row})" for row in table.values()))


_404 = r"(?:https? )?(?:error |status )?(?:code )?404(?: error)?"

#: A title that says that there is nothing at the address; a number or a word of regret may stand before or behind it.
NOT_FOUND_TITLES = _table(
    number=_404,
    en=r"(?:(?:the |this |that |your |requested |oops[!,.]* |sorry[!,.]* |we're sorry[!,.]* ){0,3}(?:page|file|article|content|url|document|story|post|resource|object)"
    r"(?: (?:you|that|requested|are|were|looking|for|have|at|this|address)){0,6} (?:not found|(?:could not|couldn't|cannot|can not|can't) be found"
    r"|(?:was|is) not found|wasn't found|isn't found|(?:does not|doesn't|no longer) exists?|is missing|is gone|(?:is |was )?(?:no longer|not) available|isn't available(?: anymore)?"
    r"|(?:has been|was) (?:removed|deleted)))|(?:oops[!,.]* |sorry[!,.]* )?(?:not found|nothing (?:was )?found(?: here)?|no such page|missing page|page missing)"
    r"|(?:oops[!,.]* |sorry[!,.]* )?we (?:could not|couldn't|cannot|can't) (?:find|locate) (?:the|this|that|your) page(?: (?:you|that|requested|are|were|looking|for)){0,5}",
    de=r"(?:die |diese |der |dieser |leider |angeforderte |gesuchte ){0,3}(?:seite|artikel|inhalt|beitrag)(?: (?:konnte|wurde|ist|existiert))?(?: leider)?(?: nicht)?(?: mehr)?"
    r" (?:nicht gefunden(?: werden)?|gefunden(?: werden)?|nicht(?: mehr)? (?:verfügbar|vorhanden)|verfügbar|existiert (?:leider )?nicht(?: mehr)?)"
    r"|(?:die |diese )?seite existiert (?:leider )?nicht(?: mehr)?|diese seite gibt es (?:leider )?nicht(?: mehr)?|fehler 404|(?:404 )?nicht gefunden",
    fr=r"(?:(?:oups|désolé)[!,.]* )?(?:la |cette |l')?(?:page|article|contenu)(?: (?:que|vous|demandée?|recherche?z|cherchez|demandez|est)){0,4}"
    r" (?:introuvable|non trouvée?|inexistante?|n'existe (?:pas|plus)|n'a pas (?:été trouvée?|pu être trouvée?)|n'est (?:pas|plus) disponible)|erreur 404|(?:404 )?non trouvée?",
    es=r"(?:(?:ups|lo sentimos)[!,.]* )?(?:la |esta )?(?:página|articulo|artículo|contenido)(?: (?:que|buscas?|busca|solicitad[oa]|has|ha|solicitado)){0,4}"
    r" (?:no (?:fue )?encontrad[oa]|no (?:existe|disponible|está disponible|se encuentra|se encontró|se ha encontrado|se pudo encontrar))|error 404|no se (?:encontró|ha encontrado) la página",
    it=r"(?:la )?(?:pagina|articolo)(?: (?:richiesta|cercata|che|cerchi|stai|cercando)){0,3} non (?:trovat[ao]|esiste(?: più)?|disponibile|è (?:stata trovata|disponibile|più disponibile))|errore 404",
    pt=r"(?:a |esta )?(?:página|artigo|conteúdo)(?: (?:que|você|procura|está|procurando|solicitada)){0,4} (?:não|nao) (?:encontrad[ao]|existe|foi encontrad[ao]|está disponível|disponível)|erro 404",
    nl=r"(?:de |deze )?(?:pagina|artikel)(?: (?:die|u|je|zoekt|werd|is|kan)){0,4} (?:niet (?:gevonden|beschikbaar)|niet worden gevonden|bestaat niet(?: meer)?)|fout 404",
    ru=r"(?:запрашиваемая |запрошенная |данная |эта |такая )?(?:страница|статья) не (?:найдена|существует)|(?:такой |этой )?страницы (?:больше )?(?:не существует|нет)|ошибка 404|(?:материал )?не найдено?",
    uk=r"(?:запитувана |ця |така )?(?:сторінк[ау]|статт[яю]) не (?:знайден[оа]|існує)|(?:такої |цієї )?сторінки (?:більше )?(?:не існує|не знайдено|немає)|помилка 404|не знайдено",
    pl=r"nie znaleziono (?:strony|artykułu)|strony nie znaleziono|(?:ta |podana )?strona (?:o podanym adresie )?nie (?:została (?:znaleziona|odnaleziona)|istnieje)|błąd 404|nie znaleziono",
    tr=r"(?:aradığınız )?(?:sayfa|içerik|haber) (?:bulunamadı|mevcut değil|bulunamamıştır)|(?:hata 404|404 hatası)|bulunamadı",
    ar=r"(?:عذرا[،,]? |عذراً[،,]? )?(?:هذه )?الصفحة(?: (?:المطلوبة|التي|تبحث|عنها)){0,3} (?:غير موجودة|لم يتم العثور عليها|لا توجد)|لم يتم العثور على (?:هذه )?الصفحة|خطأ 404",
    fa=r"صفحه(?: ?[‌ ]?ی)?(?: (?:مورد|نظر|شما|درخواستی)){0,4} (?:یافت|پیدا) نشد|صفحه(?: (?:مورد|نظر|شما)){0,3} وجود ندارد|خطای (?:404|۴۰۴)",
    zh=r"(?:抱歉|对不起|很抱歉)?[,。!]?(?:您|你)?(?:所)?(?:访问|浏览|查找|请求|要找|訪問|尋找)?的?(?:页面|網頁|网页|頁面|文章|内容)(?:不存在|未找到|找不到|没找到|已(?:被)?删除|已不存在)(?:了)?|(?:找不到|未找到|没有找到)(?:该|此|您要的|您访问的|这个|這個)?(?:页面|网页|頁面|網頁)",
    ja=r"(?:申し訳ございません[。、]?)?(?:お探しの|お探しのその|指定された|ご指定の|アクセスされた)?(?:ページ|記事|url)(?:が|は)(?:見つかりません(?:でした)?|存在しません|ありません|ございません|削除されました)|ページ未検出",
)  # fmt: skip

#: A title that only the interstitial of a bot check has, and one that others may have as well.
CHALLENGE_TITLES = _table(
    en=r"attention required!?|access to this page has been denied|pardon our interruption|are you (?:a )?(?:robot|human)|robot (?:or human|check)|(?:are you )?human or robot|human verification"
    r"|verif(?:y|ying) (?:that )?you(?:'re| are) (?:a )?(?:human|not a (?:ro)?bot)|(?:vercel )?security checkpoint|ddos-guard|(?:bot|browser) (?:verification|check)|captcha(?: challenge)?"
    r"|checking your browser(?: before accessing .{1,80})?|making sure you're not a bot|performing security verification|client challenge|(?:sorry, )?you have been blocked|request rejected|incapsula",
    de=r"sicherheitsüberprüfung|bist du ein (?:ro)?bot\??|sind sie ein (?:mensch|roboter)\??|browser wird überprüft",
    fr=r"vérification de sécurité|êtes-vous un (?:humain|robot)",
    es=r"verificación de seguridad|¿?eres un robot",
    it=r"verifica di sicurezza|sei un robot",
    pt=r"verificação de segurança|você é um robô",
    nl=r"beveiligingscontrole|ben je een robot|bent u een robot",
    ru=r"проверка (?:браузера|безопасности)|вы не робот|ой!|подтвердите, что запросы отправляли вы, а не робот",
    uk=r"перевірка (?:браузера|безпеки)|ви не робот",
    pl=r"weryfikacja (?:bezpieczeństwa|przeglądarki)|czy jesteś robotem",
    tr=r"güvenlik (?:doğrulaması|kontrolü)|robot musunuz",
    ar=r"التحقق الأمني|هل أنت روبوت",
    fa=r"بررسی امنیتی|آیا ربات هستید",
    zh=r"安全验证|安全驗證|人机验证|真人验证|访问验证",
    ja=r"セキュリティ(?:確認|チェック)|ロボットではありませんか",
)  # fmt: skip
WAITING_TITLES = _table(
    en=r"just a moment|one moment(?:,? please)?|please wait|loading|one more step",
    de=r"nur einen moment|einen moment,? bitte|bitte warten|einen augenblick(?:,? bitte)?",
    fr=r"un instant(?:,? s'il vous plaît)?|veuillez patienter",
    es=r"un momento(?:,? por favor)?|espere,? por favor",
    it=r"un momento|attendere(?: prego)?|ci siamo quasi",
    pt=r"um momento(?:,? por favor)?|aguarde(?: um momento)?|só um momento",
    nl=r"(?:een )?(?:ogenblik|even) geduld(?: alstublieft)?",
    ru=r"один момент|подождите(?:,? пожалуйста)?|пожалуйста,? подождите",
    uk=r"(?:одну|хвилинку) ?(?:хвилинку|мить)?|зачекайте(?:,? будь ласка)?",
    pl=r"(?:jeszcze )?chwileczkę|cierpliwości|proszę czekać",
    tr=r"bir dakika lütfen|lütfen bekleyin",
    ar=r"لحظة(?: من فضلك)?|يرجى الانتظار|انتظر لحظة",
    fa=r"(?:یک )?لحظه(?: لطفا)?|لطفا? ?(?:صبر کنید|منتظر بمانید)|لطفاً صبر کنید",
    zh=r"请稍候|请稍等|請稍候",
    ja=r"しばらくお待ち(?:ください|下さい)|少々お待ち(?:ください|下さい)",
)  # fmt: skip

#: What a bot check says to who has not passed it.
CHALLENGE_WORDS = _table(
    en=r"checking (?:if the site connection is secure|your browser before (?:accessing|you access)|you are not a (?:ro)?bot)|verif(?:y|ying) (?:that )?you(?:'re| are) (?:a |not a )?(?:human|(?:ro)?bot)"
    r"|confirm (?:that )?you(?:'re| are) (?:a |not a )?(?:human|(?:ro)?bot)|prove (?:that )?you(?:'re| are) (?:a |not a )?(?:human|(?:ro)?bot)|mak(?:e|ing) sure (?:that )?you(?:'re| are) not a (?:ro)?bot"
    r"|needs to review the security of your connection|enable javascript and cookies to continue|complete the (?:security check|captcha|challenge) (?:below |to )"
    r"|(?:enter|type) the characters you see (?:below|in)|unusual (?:traffic|activity) from your (?:computer )?(?:network|ip|connection|browser|device)|made us think (?:that )?you (?:were|are|might be|may be) a bot"
    r"|we believe you are using automation tools|sorry, you have been blocked|your (?:ip(?: address)?|access|request) (?:has been|was|is) (?:temporarily )?blocked|request unsuccessful\. incapsula incident"
    r"|press (?:&|and) hold to confirm|the requested url was rejected\. please consult|this process is automatic\. your browser will redirect",
    de=r"(?:überprüf|prüf)\w{0,8} (?:ihren|deinen|ihr|den) browser|bestätig\w{0,4} (?:sie|du),? dass (?:sie|du) (?:ein mensch|kein (?:ro)?bot|kein roboter)|dass (?:sie|du) kein (?:ro)?bot(?:er)? (?:sind|bist)"
    r"|ungewöhnlich\w{0,3} (?:datenverkehr|aktivität\w{0,3}|zugriffe?) (?:aus|von)|javascript und cookies,? um fortzufahren",
    fr=r"vérifi\w{1,7} que vous (?:êtes|n'êtes pas) (?:bien )?(?:un )?(?:être )?(?:humain|robot)|vérification de votre navigateur|trafic (?:inhabituel|exceptionnel)|javascript et les cookies pour continuer",
    es=r"(?:verifi|compr|confirm)\w{1,8} que (?:usted )?(?:no )?(?:eres|es|sea) (?:un )?(?:ser )?(?:humano|robot)|(?:comprobando|verificando) (?:su|tu) navegador|tráfico inusual|javascript y (?:las )?cookies para continuar",
    it=r"(?:verific|conferm)\w{1,4} (?:di (?:non )?essere|che (?:non )?(?:sei|tu sia|lei sia)) (?:un )?(?:essere )?(?:uman[oa]|robot)|controllo del (?:tuo )?browser|traffico (?:insolito|anomalo)|javascript e i cookie per continuare",
    pt=r"(?:verifi|confirm)\w{1,6} (?:que|se) (?:você )?(?:não )?(?:é|e) (?:um )?(?:ser )?(?:humano|robô)|verificando (?:o )?seu navegador|tráfego incomum|javascript e (?:os )?cookies para continuar",
    nl=r"(?:controle|bevestig|verifi)\w{0,4} (?:of|dat) (?:u|je) (?:een mens|geen robot) (?:bent|ben)|ongebruikelijk verkeer|javascript en cookies in om door te gaan",
    ru=r"(?:проверка|проверяем) (?:вашего |ваш )?браузера?|подтвердите,? что (?:вы|запросы)[^.]{0,24} (?:не робот|человек|а не робот)|запросы с вашего устройства похожи на автоматические|включите javascript и (?:файлы )?cookie",
    uk=r"(?:перевірка|перевіряємо) (?:вашого |ваш )?браузера?|підтвердіть,? що ви (?:не робот|людина)|увімкніть javascript і (?:файли )?cookie",
    pl=r"(?:potwierdź|zweryfikuj|sprawdzamy),? (?:że|czy) (?:nie )?jesteś (?:człowiekiem|robotem)|sprawdzanie (?:twojej )?przeglądarki|nietypowy ruch|javascript i pliki cookie,? aby kontynuować",
    tr=r"(?:robot olmadığınızı|insan olduğunuzu) (?:doğrula|onayla|kanıtla)\w{0,8}|tarayıcınız (?:kontrol ediliyor|denetleniyor)|olağan ?dışı (?:trafik|etkinlik)",
    ar=r"(?:تحقق|التحقق|تأكد|التأكد|للتأكد|نتحقق) من (?:أنك|انك) (?:إنسان|لست روبوت\w{0,2}|بشر)|التحقق من متصفحك|حركة (?:مرور|زيارات) غير (?:عادية|معتادة)",
    fa=r"(?:ربات|روبات) نیستید|(?:تایید|تأیید) کنید که (?:انسان|ربات)|در حال بررسی مرورگر",
    zh=r"(?:确认|驗證|验证|證明|证明)(?:您|你)(?:是|不是|是否是|是否为)(?:真人|人类|机器人|機器人)|正在检查您的浏览器|您?的?网络(?:存在|有)异常(?:流量|访问)|请?完成(?:下方|以下|下列)?的?安全验证",
    ja=r"(?:人間|ロボットではない|ロボットでない)(?:で)?(?:ある)?(?:こと|か)を?(?:ご)?確認|ブラウザ(?:ー)?を(?:チェック|確認)して|通常と異なるトラフィック",
)  # fmt: skip

#: A title of a login page, and what is said to who has not logged in.
LOGIN_TITLES = _table(
    en=r"(?:please )?(?:log|sign)[ -]?(?:in|on)(?: (?:or|/) (?:register|sign ?up|create (?:an )?account))?(?: to (?:continue|your account|.{2,40}))?|(?:account|member|user|subscriber) (?:login|log in|sign in)|login (?:required|page)|authentication required",
    de=r"(?:bitte )?(?:anmelden|einloggen|login|anmeldung)(?: erforderlich)?|benutzeranmeldung",
    fr=r"(?:se )?connexion|se connecter|identifi(?:ez-vous|cation)|s'identifier|connectez-vous",
    es=r"(?:iniciar|inicia|inicie|inicio de) sesión|acceso (?:usuarios|de usuarios)|identifícate|ingresar",
    it=r"accedi|accesso (?:utenti|richiesto)|effettua il login",
    pt=r"entrar|iniciar sessão|fa(?:zer|ça) (?:o )?login|acessar (?:a )?(?:sua )?conta",
    nl=r"inloggen|aanmelden|log in om verder te gaan",
    ru=r"вход(?: на сайт| в систему| в аккаунт)?|войти|войдите|авторизация",
    uk=r"вхід(?: на сайт| в систему)?|увійти|увійдіть|авторизація",
    pl=r"zaloguj się|logowanie",
    tr=r"(?:üye |kullanıcı )?giri[şs]i?(?: yap(?:ın)?)?|oturum aç(?:ın)?",
    ar=r"تسجيل الدخول|سجل الدخول",
    fa=r"ورود(?: به (?:سایت|حساب(?: کاربری)?))?|ورود کاربران",
    zh=r"(?:用户|账号|会员)?(?:登录|登入|登錄)(?:页面)?",
    ja=r"ログイン(?:ページ|画面)?|サインイン",
)  # fmt: skip
LOGIN_WORDS = _table(
    en=r"(?:you (?:must|need to|have to|are required to) (?:be (?:logged|signed) ?in|log ?in|sign ?in|login)|please (?:log ?in|sign ?in|login)|(?:log|sign) in)(?: (?:or|and) [a-z]{2,10}(?: [a-z]{1,8}){0,3})?(?: in order)? to "
    r"(?:continue|proceed|(?:view|see|read|access|visit) (?:this|the|that) (?:page|content|article|site|website|topic|forum|thread|profile|post|document|resource|area|section))"
    r"|you(?:'re| are) not (?:authori[sz]ed|logged in|permitted)[^.]{0,30} to (?:access|view|see) this (?:page|content|site|area|resource|forum)",
    de=r"(?:bitte (?:melden sie sich|loggen sie sich|melde dich|logg dich)|(?:sie|du) (?:müssen|musst) (?:sich|dich|angemeldet|eingeloggt))[^.]{0,40} um (?:fortzufahren|(?:diese[ns]?|die|den) (?:seite|inhalt|artikel|beitrag|bereich) (?:anzusehen|zu sehen|zu lesen|aufzurufen|lesen zu können|sehen zu können)|auf (?:diese|die) seite zuzugreifen)",
    fr=r"(?:veuillez vous connecter|vous devez (?:être connectée?|vous connecter)|connectez-vous|identifiez-vous)[^.]{0,30} pour (?:continuer|accéder|voir (?:cette|ce|le)|consulter (?:cette|ce|le)|lire (?:cette|ce))",
    es=r"(?:debes?|debe|tienes? que|es necesario|por favor,?) (?:iniciar|inicia|inicie|haber iniciado) sesión[^.]{0,20} para (?:continuar|ver (?:este|esta)|acceder)|inicia sesión para continuar",
    it=r"(?:devi|è necessario|occorre)(?: aver)? (?:effettuare|effettuato|fare|accedere|eseguire)[^.]{0,20} per (?:continuare|visualizzare|vedere|accedere)|accedi per continuare",
    pt=r"(?:você (?:precisa|deve)|é necessário|por favor,?) (?:estar logado|fazer (?:o )?login|iniciar sessão|entrar)[^.]{0,20} para (?:continuar|ver|acessar|aceder)|entre para continuar",
    nl=r"(?:u moet|je moet|log|meld)[^.]{0,30}(?:inloggen|ingelogd zijn|in|aan) om (?:verder te gaan|deze (?:pagina|inhoud)|toegang)",
    ru=r"(?:войдите|авторизуйтесь|необходимо (?:войти|авторизоваться)|требуется (?:вход|авторизация))[^.]{0,30}(?:чтобы (?:продолжить|просмотреть|увидеть|читать)|для (?:просмотра|доступа|продолжения))",
    uk=r"(?:увійдіть|авторизуйтесь|необхідно (?:увійти|авторизуватися))[^.]{0,30}(?:щоб (?:продовжити|переглянути|побачити|читати)|для (?:перегляду|доступу))",
    pl=r"(?:zaloguj się|musisz (?:się zalogować|być zalogowan[ya]))[^.]{0,20},? (?:aby|żeby|by) (?:kontynuować|zobaczyć|wyświetlić|przeglądać|uzyskać)",
    tr=r"(?:devam etmek|görüntülemek|bu (?:sayfayı|içeriği) (?:görmek|görüntülemek)) için (?:lütfen )?(?:giriş yap|oturum aç)\w{0,6}",
    ar=r"(?:يجب (?:عليك )?تسجيل الدخول|(?:يرجى |الرجاء )?تسجيل الدخول|سجل الدخول) (?:للمتابعة|لمتابعة|لعرض|لمشاهدة|للوصول)",
    fa=r"برای (?:مشاهده|ادامه|دسترسی)[^.]{0,30}وارد (?:شوید|حساب|سایت)",
    zh=r"(?:请先?|您?需要先?|必须先?)(?:登录|登入|登錄)(?:后|以)?(?:再)?(?:查看|浏览|访问|继续|繼續|阅读)",
    ja=r"(?:ご覧|閲覧|続ける|続行する)(?:になる|いただく)?(?:に|ため)は?、?ログイン(?:してください|が必要)",
)  # fmt: skip

#: What a page of consent is called, what it asks for, and the answer that it wants.
CONSENT_TITLES = _table(
    en=r"before you continue(?: to .{2,40})?|(?:your )?(?:cookie|privacy|consent|data)(?: and (?:cookie|privacy))? (?:consent|choices|wall|notice|preferences|settings)|consent(?: required)?|we value your privacy|your privacy(?: matters)?",
    de=r"bevor (?:sie|du) (?:zu .{2,40} )?(?:weitergehen|weitergehst|fortfahren|fortfährst)|(?:cookie|datenschutz)-?(?:zustimmung|einstellungen|einwilligung|hinweis)|zustimmung(?: erforderlich)?|ihre privatsphäre",
    fr=r"avant de continuer(?: vers .{2,40}| sur .{2,40})?|(?:gestion|consentement|paramètres) (?:des |aux )?cookies|consentement|votre vie privée",
    es=r"antes de continuar(?: (?:a|en) .{2,40})?|(?:consentimiento|configuración|preferencias) de (?:cookies|privacidad)|tu privacidad",
    it=r"prima di continuare(?: su .{2,40})?|(?:consenso|preferenze|impostazioni) (?:sui |dei |ai )?cookie|la tua privacy",
    pt=r"antes de continuar(?: .{2,40})?|(?:consentimento|preferências) de cookies|a sua privacidade|sua privacidade",
    nl=r"voordat (?:u|je) (?:verdergaat|verder gaat|doorgaat)(?: naar .{2,40})?|cookie-?(?:toestemming|instellingen|muur|voorkeuren)|privacy-?instellingen",
    ru=r"прежде чем (?:перейти|продолжить).{0,40}|согласие на (?:использование cookie|обработку данных)|настройки (?:файлов )?cookie",
    uk=r"перш ніж (?:перейти|продовжити).{0,40}|згода на (?:використання cookie|обробку даних)|налаштування (?:файлів )?cookie",
    pl=r"zanim przejdziesz(?: (?:do|dalej).{0,40})?|(?:zgoda na|ustawienia) (?:pliki cookie|plików cookie|cookies|prywatności)|twoja prywatność",
    tr=r"devam etmeden önce|(?:çerez|gizlilik) (?:onayı|ayarları|tercihleri)",
    ar=r"قبل المتابعة(?: إلى .{2,40})?|(?:إعدادات|الموافقة على) (?:ملفات تعريف الارتباط|الخصوصية)",
    fa=r"پیش از ادامه.{0,40}|(?:تنظیمات|رضایت) (?:کوکی|حریم خصوصی)",
    zh=r"(?:在)?继续(?:使用|前往|访问)?.{0,20}之?前|cookie ?(?:同意|设置|偏好)|隐私(?:设置|偏好)",
    ja=r".{0,20}に(?:進む|アクセスする)前に|cookie(?:の)?(?:同意|設定)|プライバシー設定",
)  # fmt: skip
CONSENT_WORDS = _table(
    latin=r"\b(?:cookies?|kookies?|consent\w{0,6}|privacy|gdpr|rgpd|dsgvo|datenschutz\w{0,12}|einwillig\w{0,6}|zustimm\w{0,6}|consentement|vie privée|consentimiento|privacidade?d?|consenso|toestemming|prywatnoś\w{1,3}|çerez\w{0,6}|gizlilik)\b",
    cyrillic=r"файл\w{0,3} cookie|куки|конфиденциальност\w|конфіденційн\w{2,5}",
    other=r"ملفات تعريف الارتباط|الخصوصية|کوکی|حریم خصوصی|隐私|隱私|プライバシー|クッキー",
)  # fmt: skip
AGREE_WORDS = _table(
    en=r"(?:accept|agree|allow)(?: (?:to )?all)?(?: cookies)?(?: and (?:continue|close|proceed))?|i (?:accept|agree|consent)|yes, i agree|reject all|manage (?:options|settings|preferences)|got it|more options",
    de=r"(?:alle[sn]? |cookies )?(?:akzeptieren|annehmen|zustimmen|ablehnen)(?: und (?:weiter|fortfahren|schliessen|weiterlesen).{0,20})?|einverstanden|ich stimme zu|mit werbung weiterlesen",
    fr=r"(?:tout |j')?(?:accepter|accepte|refuser)(?: tout)?(?: et (?:continuer|fermer))?(?: les cookies)?|continuer sans accepter",
    es=r"(?:aceptar|acepto|rechazar)(?: (?:todo|todas|todos|cookies|y continuar)){0,2}",
    it=r"(?:accett[ao]|accetta|rifiuta)(?: (?:tutto|tutti|e continua|i cookie)){0,2}",
    pt=r"(?:aceitar|aceito|rejeitar|concordo)(?: (?:tudo|todos|e continuar|cookies)){0,2}",
    nl=r"(?:alles |cookies )?(?:accepteren|akkoord|weigeren|afwijzen|toestaan)(?: en doorgaan)?",
    ru=r"принять(?: все| и продолжить)?|согласен|соглашаюсь|отклонить(?: все)?",
    uk=r"прийняти(?: все| всі)?|погоджуюсь|відхилити(?: все| всі)?",
    pl=r"(?:za)?akceptuj[ęe]?(?: wszystkie?)?(?: i (?:przejdź|kontynuuj).{0,20})?|zgadzam się|odrzuć(?: wszystko)?|przejdź do serwisu",
    tr=r"(?:tümünü |hepsini )?kabul (?:et|ediyorum)|(?:tümünü )?reddet",
    ar=r"(?:قبول|أوافق|موافق|رفض)(?: الكل)?",
    fa=r"(?:پذیرش|قبول|می[‌ ]?پذیرم|موافقم|رد)(?: همه)?",
    zh=r"(?:全部|我)?(?:接受|同意|拒绝)(?:全部|所有|并继续)?",
    ja=r"(?:すべて|全て)?(?:に|を)?(?:同意|許可|拒否)(?:する|します)?",
)  # fmt: skip

#: What stands where a text was cut off before people who do not pay, or have not signed in.
PAYWALL_WORDS = _table(
    en=r"(?:subscribe|sign up|sign in|log in|register|become a (?:paid |paying )?(?:member|subscriber)|start (?:your|a) [^.]{0,20}trial|create (?:a|your) (?:free )?account)[^.]{0,60} to (?:continue|keep) reading"
    r"|to (?:continue|keep) reading(?: this (?:article|story|post))?,? [^.]{0,30}(?:subscri|sign (?:up|in)|log ?in|register|become|join|create an? )"
    r"|(?:this|the rest of (?:this|the)|the full) (?:article|story|content|post|piece) is (?:only |exclusively )?(?:available |exclusive |reserved |restricted )?(?:only |exclusively )?(?:for|to) (?:our |paid |paying |premium |registered ){0,2}(?:subscribers|members)"
    r"|(?:subscribe|sign in|log in|register)(?: now| today)? to (?:read|unlock|access|view|get access to) (?:the (?:full|rest|entire|whole|complete)|this) (?:[a-z]{2,8} )?(?:article|story|post|content|piece)"
    r"|you(?:'ve| have) (?:reached|used|read) (?:your|all|the)[^.]{0,40}(?:free|complimentary) (?:article|stor)",
    de=r"(?:jetzt |gratis )?weiterlesen mit .{2,30}|(?:dieser|der (?:vollständige|ganze)) (?:artikel|beitrag|text|inhalt)[^.]{0,40} (?:nur|exklusiv) (?:für|mit)|(?:nur|exklusiv) für (?:unsere )?(?:abonnent|mitglieder|digital-?abo|plus-?kunden)\w{0,6}"
    r"|um (?:weiterzulesen|(?:diesen|den (?:ganzen|vollständigen)) (?:artikel|text) (?:weiter)?zu ?lesen)|mit (?:einem |ihrem |dem )?[^.]{0,20}abo weiterlesen|sie haben bereits ein (?:digital-?)?abo",
    fr=r"(?:cet |l')article (?:est |vous est )?(?:exclusivement )?réservé (?:à nos |aux )abonné\w{0,3}|la suite (?:de cet article )?est réservée|il vous reste \d{1,3}(?:[.,]\d{1,3})? ?% (?:de (?:cet|l')|de la )?[^.]{0,20}à lire|pour lire (?:la suite|l'intégralité|cet article)[^.]{0,30}(?:abonne|connecte|inscri)|abonnez-vous pour (?:lire|continuer|accéder)",
    es=r"(?:contenido|artículo|noticia) (?:exclusiv[oa]|reservad[oa]|solo) para (?:nuestros )?(?:suscriptores|socios|abonados)|(?:suscríbe|suscríba|regístra|regístre)[st]e[^.]{0,30} para (?:seguir|continuar) (?:leyendo|la lectura)|para (?:seguir|continuar) leyendo[^.]{0,30}(?:suscr|regístr|inicia)",
    it=r"(?:contenuto|articolo) (?:riservato|esclusivo|solo per)[^.]{0,20}(?:abbonati|iscritti)|(?:abbonati|registrati|accedi)[^.]{0,20} per (?:continuare (?:a leggere|la lettura)|leggere (?:tutto|l'articolo))|per continuare a leggere[^.]{0,30}(?:abbona|registra|accedi)",
    pt=r"(?:conteúdo|matéria|artigo|reportagem) exclusiv[oa] (?:para|a) (?:os |nossos )?assinantes|(?:assine|cadastre-se|faça login)[^.]{0,30} para (?:continuar (?:lendo|a ler)|ler)|para continuar (?:lendo|a ler)[^.]{0,30}(?:assin|cadastr|registe|login)",
    nl=r"(?:alleen|exclusief) voor (?:onze )?(?:abonnees|leden)|(?:verder|verderlezen|verder lezen|lees verder)\? ?[^.]{0,30}(?:abonne|word|neem|log in)|om (?:verder te lezen|dit artikel te lezen)",
    ru=r"(?:материал |статья |текст )?доступ\w{1,4} только (?:по подписке|(?:для )?подписчик\w{1,3})|(?:только )?для подписчиков|чтобы (?:про|до)?читать (?:дальше|далее|полностью|материал|статью)|(?:оформите|купите) подписку,? чтобы (?:про|до)?читать",
    uk=r"(?:лише|тільки) для (?:передплатників|підписників)|щоб (?:про|до)?читати (?:далі|повністю|матеріал|статтю)|(?:оформіть|придбайте) (?:передплату|підписку),? щоб",
    pl=r"(?:dostępn\w{1,3} |tylko |wyłącznie ){1,2}dla (?:naszych )?(?:subskrybentów|prenumeratorów|abonentów)|(?:wykup|kup) (?:dostęp|subskrypcję|prenumeratę)[^.]{0,30}(?:aby|by|i) czyta\w{1,4}|aby czytać (?:dalej|całość|ten artykuł)",
    tr=r"(?:sadece|yalnızca) (?:abone|üye)(?:ler|lere|lerimiz)|(?:okumaya|haberin devamını okumak) (?:devam etmek )?için (?:abone|üye|giriş)",
    ar=r"(?:هذا (?:المحتوى|المقال) )?(?:متاح|حصري|مخصص)? ?للمشتركين فقط|اشترك(?: الآن)? (?:لمتابعة القراءة|لقراءة)|لمتابعة القراءة[^.]{0,20}(?:اشترك|سجل)",
    fa=r"(?:فقط|ویژه|مخصوص) (?:برای )?مشترک(?:ان|ین)|برای (?:ادامه )?(?:مطالعه|خواندن)[^.]{0,30}(?:مشترک|اشتراک)",
    zh=r"(?:仅限|仅供|僅限|僅供)(?:订阅|付费|訂閱|付費)?(?:用户|会员|會員|读者)|(?:订阅|訂閱|付费|登录)(?:后|後|以|即可)(?:可)?(?:继续|繼續)?(?:阅读|閱讀)(?:全文)?|剩余\d{1,3}%?[^。]{0,10}(?:付费|订阅)",
    ja=r"(?:この記事は|続きは)(?:有料)?(?:会員|購読者|登録会員)(?:の方)?(?:限定|のみ)|(?:この記事の)?続きを(?:読む|お読みになる|お読みいただく)には|残り ?[\d,]{1,6} ?文字",
)  # fmt: skip

#: What says to people without scripts that there is nothing for them here; the word is the same in every language.
SCRIPT_WORDS = _table(any=r"\bjava ?script\b|ジャバスクリプト|\bjs\b[^.]{0,20}(?:enable|required)")
