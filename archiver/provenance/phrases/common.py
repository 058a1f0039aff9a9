"""Words that count whatever the language: what joins a name, what ends one, what never is one. The object test's word lists.

Sets of lower-case words and a few patterns; which of them is asked when is detect.names.
"""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Small words inside a name: "Bureau of the Census", "Jornal do Cais".
CONNECTORS = _set(
    "of for the and in on & de del la las los el le les des du d di da do dos das e y et und der die das für van het voor i to al a dei degli delle della dello alla aux im am zum zur"
)

#: ... of which these never begin one.
JOINING = _set("of for and in on e y et und für voor i to &")

#: A name that one of the first of these and one of the second follow is done: another begins ("X and the Y").
CONJUNCTIONS = _set("and und et y e en")
ARTICLES = _set("the der die das des dem den le la les el los las il lo het")

#: Words with a capital that begin a sentence run on behind a name.
OPENERS = _set("In On At A An It He She We They When While After Before As If By But This That There")

CALENDAR = _set(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
    monday tuesday wednesday thursday friday saturday sunday
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo
    januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
    janvier février mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    janeiro fevereiro março maio junho julho setembro outubro dezembro
    januari februari maart mei augustus
    января февраля марта апреля мая мае июня июля августа сентября октября ноября декабря
    styczniu lutym marcu kwietniu maju czerwcu lipcu sierpniu wrześniu październiku listopadzie grudniu
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
    január február március április május június július augusztus szeptember október
    """
)

#: Languages, places and parts of books: after "published in" they are where or how, not who.
NOT_WHO = _set(
    """
    arabic chinese dutch english farsi french german greek hebrew hungarian italian japanese korean latin persian polish portuguese russian
    spanish swedish turkish ukrainian latein englischen französischen spanischen russischen italienischen arabischen inglés francés anglais
    london paris berlin moscow washington beijing tokyo rome madrid cairo damascus baghdad beirut tehran geneva vienna brussels leeds
    britain england france germany spain italy russia china japan india europe africa asia america canada australia israel syria iraq iran
    昨日 今日 先日 昨天 今天 近日 日前 어제 오늘 최근 온라인 인터넷 أمس اليوم مؤخرا الإنجليزية الفرنسية العربية العبرية القاهرة بيروت بغداد دمشق انگلیسی فرانسه عربی تهران
    lebanon egypt turkey ukraine denmark chapter page part issue volume vol no print
    """
)

#: Link texts that call to read instead of naming anybody.
GENERIC = re.compile(
    r"(?:the |this |an? |our |my |l['’]|el |la |le |il |o |der |die |das )?(?:original|full|entire|complete|source|here|link|this|article|story|post|"
    r"site|web ?site|blog|page|version|more|read|view|continue|click|report|text|piece|home|lien|ici|aquí|aqui|qui|hier|fuente|fonte|quelle|mon|mi|"
    r"mein|meu|sito|artículo|artigo|articolo|artikel|nota|texto|enlace|opens?|new|window|\W)+",
    re.IGNORECASE,
)

#: What is written where a publisher's name stands and is none.
NOBODY = re.compile(
    r"(?:facebook|twitter|instagram|telegram|youtube|whatsapp|linkedin|pinterest|tiktok|google(?: news)?|rss|creative commons|staff|admin|author|"
    r"editor|news|web|site|internet|archives?|wikipedia|copyright|all rights reserved|unknown|n/?a|none|agenc(?:y|ies)|"
    r"authors?|own|various|courtesy|company|handout|redes sociales|elaboración propia|agencias|propia|redes sociais|divulgação|reprodução|própria|"
    r"eigene?s?|privat|agenturen|archivio|archivo|archiv|agences|réseaux sociaux|internetu|własne|materiały prasowe|saját|ajanslar|haber merkezi|"
    r"интернет|соцсети|открытые источники|网络|網絡|網路|互联网|本站|原创|原創|综合|不详|本人|筆者|編集部|自社|当サイト|本サイト|当ブログ|弊社|弊誌|弊紙|本誌|当社|小社|当誌|本紙|本报|本報|我报|本刊|我刊|本网|本網|本公众号|我们|본지|본보|본사|본 사이트|자사|ネット|본인|독자|자체|온라인|인터넷|"
    r"مواقع التواصل(?: الاجتماعي)?|وكالات|الإنترنت|خاص|اینترنت|شبکه‌های اجتماعی)",
    re.IGNORECASE,
)

#: Nouns by which the name of a body that nobody knows still reads as one, and not as a person's.
ORGANISATION = re.compile(
    r"\b(?:agency|association|bank|board|bureau|cent(?:er|re)|college|commission|committee|council|department|federation|foundation|fund|gazette|group|"
    r"herald|institut\w{0,4}|journal|magazine|media|ministry|monitor|network|news|observatory|office|organi[sz]ation|post|press|radio|reports?|review|"
    r"service|society|standard|survey|television|times|tribune|tv|universit\w{0,4}|watch|weekly|"
    r"\w{1,20}(?:blatt|zeitung|magazin|anzeiger|nachrichten|kurier|rundschau|presse|portal|bote)[ns]?|zeitschrift|ministerium|stiftung|amt|"
    r"agencia|agence|agenzia|agência|diario|periódico|revista|ministère|observatoire|ministerio|banco|consejo|fundación|universidad)\b",
    re.IGNORECASE,
)

#: Nouns in the names of papers that are printed, sent or put on a screen. In capitals: a sentence uses them too.
PAPER = re.compile(
    r"\b(?:Advertiser|Advocate|Beacon|Bulletin|Chronicle|Courier|Daily|Digest|Dispatch|Echo|Enquirer|Examiner|Free Press|Gazette|Globe|Guardian|Herald|Inquirer|"
    r"Intelligencer|Journal|Ledger|Mail|Mercury|Messenger|Mirror|Monitor|News|Observer|Post|Press|Reader|Review|Sentinel|Standard|Star|Sun|Telegraph|Times|Tribune|Weekly|"
    r"Abendblatt|Anzeiger|Boten?|Kurier|Merkurs?|Nachrichten|Rundschau|Spiegel|Stimme|Tagblatts?|Tageblatts?|Tagespost|Zeitung|"
    r"Correo|Crónica|Diario|Gaceta|Heraldo|Mercurio|Noticias|Periódico|Semanario|Tribuna|Voz|"
    r"Courrier|Dépêche|Échos?|Feuille|Hebdo|Nouvelles|Presse|Progrès|Quotidien|Revue|Semaine|Voix|"
    r"Corriere|Eco|Gazzetta|Giornale|Gazzettino|Mattino|Messaggero|Notizie|Quotidiano|Rivista|Stampa|Voce|"
    r"Correio|Diário|Folha|Gazeta|Jornal|Notícias|Revista|"
    r"Bode|Courant|Dagblad|Krant|Nieuws|Nieuwsblad|Post|Weekblad|"
    r"Dziennik|Echo|Ekspres|Express|Głos|Kurier|Nowiny|Przegląd|Tygodnik|Wiadomości|"
    r"Ajansı|Dergisi|Ekspres|Gazetesi|Gündemi?|Haber|Haberleri|Havadis|Manşet|Postası|"
    r"Hírek|Hírlap|Hírmondó|Kurír|Lapja|Magazin|Napló|Szemle|Tükör|Újság)\b|"
    r"\b(?:Вестник|Вести|Ведомости|Газета|Голос|Журнал|Известия|Курьер|Листок|Новости|Обозрение|Правда|Телеграф|Труд)"
)
#: ... and what such a name ends in where it is one word, or a script has no capitals.
PAPER_SUFFIX = re.compile(
    r"(?:[a-zà-ÿ]{3}(?:blatt|zeitung|anzeiger|kurier|rundschau|merkur|bote|(?<!log)post|presse|stimme|spiegel|courant|krant|bode|nieuws|hírlap|bladet|posten|tidende)s?|"
    r"\w(?:新聞|新闻|新聞社|通信|通信社|通讯社|日報|日报|晚報|晚报|早報|早报|晨报|晨報|週報|周报|时报|時報|新報|新报|导报|導報|商报|快报|週刊|周刊|雜誌|杂志|タイムズ|タイムス|ジャーナル|ニュース|放送|テレビ)|"
    r"\w(?:신문|일보|뉴스|타임스|타임즈|저널|통신|방송|매거진|주간|투데이))$"
)

#: The beginning of a date, where a name was expected.
DATE = re.compile(
    rf"(?:19|20)\d\d\b|\d{{1,2}}(?:st|nd|rd|th|\.|º|er)? (?:of |de )?(?:{'|'.join(sorted(CALENDAR))})\b|\d{{1,2}}(?:st|nd|rd|th)\b|\d{{1,2}}[./:-]\d",
    re.IGNORECASE,
)
#: Nouns that a Russian name goes on with in small letters: only its first word has a capital ("Речной вестник").
SECOND = re.compile(
    r"(?:вестник|газет|новост|врем|правд|извести|обозрени|журнал|портал|агентств|курьер|телеграф|листок|листк|звезд|альманах|дневник|слов|голос|недел|"
    r"экспресс|пресс|радио|канал|институт|служб|ведомост|хроник|трибун|маяк|мысл|жизн|край|рабоч|телевидени|университет|фонд|центр)[а-яё]{0,4}"
)
#: A whole date within a line of facts, with its time of day.
DATED = re.compile(
    r"(?:\d{1,2}(?:st|nd|rd|th|er|º|\.)? (?:de )?[^\W\d_]{3,12}\.?,? (?:de )?(?:19|20)\d\d|[^\W\d_]{3,12}\.? \d{1,2},? (?:19|20)\d\d|"
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d(?:[./-]|\. ?|年)\d{1,2}(?:[./-]|\. ?|月)\d{1,2}日?)(?:[ ,T–-]{1,3}\d{1,2}:\d\d)?",
)
#: Years and months in scripts that write the unit behind the number.
CJK_DATE = re.compile(r"[\d一二三四五六七八九十]{1,4}[年月]|\d{4}\b")

#: Given names that hardly any outlet's name begins with. A label that names a person names no publisher.
GIVEN = _set(
    """
    aaron adam alan albert alexander alex alice alison amanda amy andrew andrea angela ann anna anne anthony arthur
    barbara ben benjamin bernard beth betty bob bonnie brandon brenda brian bruce bryan carl carla carol caroline
    catherine cathy charles chris christina christine christopher cindy claire colin craig cynthia dan daniel danielle
    dave david dean deborah dennis diana diane donald donna dorothy doug douglas ed edward eileen elaine elizabeth
    ellen emily emma eric erica eugene evelyn fiona frances gareth gary geoffrey george gerald gillian gordon graham
    greg gregory hannah harold harry heather helen henry howard hugh ian isabel jacob james jane janet janice jason
    jean jeff jeffrey jennifer jeremy jerry jessica jim joan joanna joe john jon jonathan joseph joshua joyce judith
    judy julia julian julie karen kate katherine kathleen kathryn keith kelly ken kenneth kevin kim larry laura lauren
    leo leonard leslie linda lisa liz louis louise lucy lynn marcus margaret maria marilyn martha martin mary matt
    matthew megan melissa michael michelle mike nancy naomi natalie nathan neil nicholas nick nicole nigel oliver
    olivia oscar pamela patricia patrick paul paula peter phil philip phillip rachel ralph ray raymond rebecca richard
    rick robert robin roger ron ronald rosemary roy russell ruth ryan sally sam samantha samuel sandra sara sarah
    scott sean sharon sheila shirley simon sophie stacy stanley stephanie stephen steve steven stuart susan suzanne
    sylvia teresa theresa thomas tim timothy tina todd tom tony tracy trevor valerie vanessa vincent walter wayne
    wendy william zoe achim alexandra alfred andreas anja anke anton antje armin axel bastian beate bernd bettina
    birgit björn britta burkhard carolin carsten christa christoph claudia claus cornelia detlef dieter dirk dominik
    doris eberhard eckhard elke erich erika ernst eva fabian felix florian franz franziska friedrich fritz gabi
    gabriele gerd gerhard gisela günter günther gudrun hans hannes harald hartmut heike heiko heinrich heinz helga
    helmut herbert holger horst hubert inge ingo ingrid irmgard jana jens joachim jochen johann johanna johannes jörg
    josef jürgen jutta kai karin karl karsten kathrin katja katrin kerstin klaus konrad kurt lars lena lothar lukas
    lutz maike manfred manuela marco marcel marion markus marlies matthias max maximilian melanie moritz monika nadine
    niels nils nina norbert olaf otto petra philipp rainer ralf raphael regina reiner reinhard renate roland rolf
    rüdiger sabine sebastian sigrid silke simone sonja stefan stefanie steffen stephan susanne sven tanja thorsten
    tobias torsten udo ulf ulrich ulrike ursula ute uwe veronika volker werner wilhelm winfried wolfgang yvonne
    adriana agustín alberto alejandra alejandro alfonso alfredo álvaro ana andrés ángel ángela antonia antonio armando
    arturo beatriz camila carlos carmen catalina cecilia césar cristina cristóbal daniela diego eduardo elena emilio
    enrique ernesto esteban eugenia felipe fernanda fernando gabriel gabriela gerardo gonzalo guillermo gustavo héctor
    hernán horacio hugo ignacio inés jaime javier jesús joaquín jorge josé josefina juan juana julio lorena lucía luis
    luisa manuel marcela marcelo marcos maría mariana mario marta martín mauricio mercè miguel mónica natalia nicolás
    nuria óscar pablo paloma paola patricio pedro pilar rafael ramón raquel raúl ricardo roberto rocío rodrigo rubén
    sergio silvia sofía susana tomás valentina vicente víctor ximena xavier yolanda alain alexandre alexis amélie
    andré annie antoine arnaud aurélie benoît bertrand brigitte camille cédric céline chantal christelle clément
    corinne cyril damien delphine didier dominique édouard élise élodie emmanuel éric estelle étienne fabien fabrice
    florent françois françoise frédéric geneviève georges gérard gilles grégoire guillaume guy hélène henri hervé
    hugues jacqueline jacques jérôme joël julien
    laurent lionel loïc luc lucie ludovic marc marguerite marine martine mathieu maxime michèle mireille
    monique nathalie nicolas noémie odile olivier pascal pascale patrice philippe pierre quentin régis rémi rené
    romain sébastien serge solène stéphane stéphanie sylvain sylvie thierry valérie véronique virginie viviane yann
    yannick yves alessandra alessandro alessia angelo antonella bruno carlo caterina chiara claudio cristiana daniele
    dario davide domenico donatella edoardo elisa elisabetta emanuele enrico enzo ettore eugenio fabio fabrizio
    federica federico filippo francesca francesco franco gaetano giacomo gianfranco gianluca gianni giorgia giorgio
    giovanna giovanni giulia giuliano giulio giuseppe giuseppina ilaria irene lorenzo luca luciano luigi maddalena
    marcella mariano marina massimo matteo maurizio michela michele mirko nicola ornella paolo pasquale pietro
    raffaele renato riccardo rita roberta rossella salvatore simona stefania stefano tiziana tommaso umberto valeria
    vincenzo vittorio adriano afonso augusto bernardo caio cláudia cláudio débora duarte edson fábio fátima flávia
    flávio francisca francisco gilberto gonçalo helena henrique inês isabela joana joão jonas júlia júlio larissa
    leandro letícia lígia lourenço lúcia luís luiz luíza márcia márcio margarida mário matheus mateus maurício mônica
    nuno patrícia paulo rafaela renata rogério rui sérgio sílvia sónia tatiana thiago tiago vasco vinícius vítor
    wagner anneke annelies arjan bart bas bert bram cees cor daan eelco els erik esther femke floris frits gerrit
    geert hanneke henk hendrik ineke jaap jeroen jelle joke joost joris joop kees koen lieke maarten maaike marieke
    marijke marjolein mieke niek pieter piet renske rob robbert roel ruud saskia sjoerd sander stijn teun theo thijs
    wim willem wouter agata agnieszka aleksandra andrzej artur bartosz beata bogdan cezary czesław dariusz dorota
    elżbieta ewa grzegorz halina henryk iwona izabela jacek jadwiga jakub janusz jarosław jerzy jolanta józef justyna
    kamil katarzyna kazimierz krystyna krzysztof leszek łukasz maciej magdalena małgorzata marcin marek mariusz
    mateusz michał mirosław paweł piotr przemysław radosław rafał roman ryszard sławomir stanisław sylwia szymon
    tadeusz tomasz urszula waldemar wiesław wioletta witold władysław wojciech zbigniew zdzisław zofia ahmet ali ayşe
    burak cem cemal elif emine emre erdem erkan erol fatma gökhan hakan halil hasan hatice hüseyin ibrahim ismail
    kemal kerem mehmet merve metin murat mustafa nuri onur orhan osman özlem recep selim serkan sevgi süleyman tayfun
    uğur ümit veli yasin yusuf zeynep andrás anikó attila balázs béla csaba dániel dávid dóra endre erzsébet éva
    ferenc gábor gergely györgy gyula ildikó imre istván jános józsef judit katalin krisztina lajos lászló levente
    magdolna márta máté mihály miklós mónika péter réka sándor szilvia tamás tibor viktória zoltán zsófia zsolt
    zsuzsanna александр александра алексей алина алла анастасия анатолий андрей анна антон борис вадим валентин
    валентина валерий василий виктор виктория виталий владимир владислав вячеслав галина геннадий георгий григорий
    дарья денис дмитрий евгений евгения екатерина елена елизавета иван игорь илья инна ирина кирилл константин ксения
    лариса леонид лидия людмила максим марина мария михаил наталия наталья никита николай нина оксана олег ольга павел
    петр пётр светлана семен семён сергей станислав степан тамара татьяна тимур федор фёдор юлия юрий яна ярослав
    ahmad ahmed amir fatima hamid hassan hussein jamal karim khaled leila mahmoud mohamed mohammad mohammed muhammad
    nasser nour omar rashid salim samir tariq youssef zainab أحمد إبراهيم حسن حسين خالد سعيد سمير عادل عباس عبدالله
    عبد علي عمر فاطمة كريم ليلى محمد محمود مصطفى منى نادية هناء يوسف احمد اصغر امیر حسین رضا زهرا سارا سعید علی فاطمه
    محسن مریم مهدی نرگس
    """
)

#: ... and what stands before a person's name.
TITLES = _set(
    "dr dr. prof prof. professor professora professore mr mr. mrs mrs. ms ms. sir herr frau señor señora sr sr. sra sra. monsieur madame signor signora др д-р проф проф."
)

#: Given names that stand behind the surname, as Hungarians have it.
GIVEN_BEHIND = _set(
    """
    andrás anikó attila balázs béla csaba dániel dávid dóra endre erzsébet éva ferenc gábor gergely györgy gyula ildikó imre istván jános
    józsef judit katalin krisztina lajos lászló levente magdolna mária márta máté mihály miklós mónika péter réka sándor szilvia tamás tibor
    viktória zoltán zsófia zsolt zsuzsanna
    """
)

#: Small words within a person's name.
PARTICLES = _set("van von der den de del della di da dos bin ibn al el le la ter ten")

#: Works that are no article: what is told of them in a sentence is not told of the page.
BOOK = re.compile(
    r"\b(?:books?|(?:cook|hand|text|guide)books?|novels?|memoirs?|biograph(?:y|ies)|anthology|poems?|monograph|paperback|screenplay|album|"
    r"Buch(?:es)?|\w{3,14}buch(?:es)?|Romane?s?|Gedichte?|libros?|novelas?|poemas?|poemario|livres?|romans?|poèmes?|recueil|libri|romanz[oi]|poesie|"
    r"livros?|romances?|boek(?:en)?|\w{3,14}boek|dichtbundel|книг[аиуе]?|роман[аеу]?|książk[aięą]|powieś[ćc]i?|könyv\w{0,5}|regény\w{0,5}|kitap\w{0,5}|kitab\w{0,5}|"
    r"كتاب|رواية|رواي[تة]ه?ا?|کتاب|رمان)\b|소설|책이|小説|小说|小說|著書|著作",
    re.IGNORECASE,
)
