"""The shipped table of agencies, wires and well-known outlets: names, other spellings, hosts. Facts; no matching here.

General knowledge about publishers, each fact to be had from the publisher's own imprint. `KNOWN` is all of it. A row is
`name: other spellings | ... : hosts`; short spellings are matched in the letter case given here (see publishers.Authority).
"""

from __future__ import annotations

from archiver.model.agent import Publisher

SOURCE = "shipped table"

_AGENCIES = """
Reuters: Thomson Reuters|Reuters News Agency|Рейтер|رويترز|رویترز|路透社|路透|ロイター|로이터: reuters.com
Associated Press: AP|The Associated Press|AP News|Associated Press (AP)|أسوشيتد برس|Ассошиэйтед Пресс|美联社|AP通信: apnews.com, ap.org
AFP: Agence France-Presse|Agence France Presse|Франс Пресс|فرانس برس|فرانس پرس|أ ف ب|ا ف ب|خبرگزاری فرانسه|法新社|AFP通信|AFP 통신: afp.com
dpa: Deutsche Presse-Agentur|DPA|د ب أ|dpa-AFX|dpa infocom: dpa.com, dpa-international.com
epd: Evangelischer Pressedienst: epd.de
KNA: Katholische Nachrichten-Agentur: kna.de
dts Nachrichtenagentur: dts|DTS|dts-Nachrichtenagentur: dts-nachrichtenagentur.de
AFX: dpa-AFX Wirtschaftsnachrichten
APA: Austria Presse Agentur: apa.at
Keystone-SDA: SDA|sda|Schweizerische Depeschenagentur: keystone-sda.ch
EFE: Agencia EFE|Agencia Efe: efe.com
Europa Press: europapress.es: europapress.es
Prensa Latina: PL (Prensa Latina)|Agencia Prensa Latina: prensa-latina.cu, plenglish.com
Télam: Telam|Agencia Télam: telam.com.ar
Notimex: Agencia Notimex: notimex.gob.mx
ANSA: Ansa|Agenzia ANSA: ansa.it
Adnkronos: Agenzia Adnkronos|AdnKronos: adnkronos.com
AGI: Agenzia Italia: agi.it
askanews: Askanews: askanews.it
Agência Brasil: Agencia Brasil: agenciabrasil.ebc.com.br
Agência Estado: Estadão Conteúdo: agenciaestado.com.br
Agência Lusa: Lusa|LUSA: lusa.pt
Folhapress
Belga: Agence Belga: belga.be
ANP: Algemeen Nederlands Persbureau: anp.nl
Ritzau: : ritzau.dk
NTB: Norsk Telegrambyrå: ntb.no
TT Nyhetsbyrån: TT: tt.se
PAP: Polska Agencja Prasowa: pap.pl
ČTK: CTK: ctk.cz, ceskenoviny.cz
MTI: Magyar Távirati Iroda: mti.hu
Agerpres: AGERPRES: agerpres.ro
Tanjug: : tanjug.rs
TASS: ТАСС|ИТАР-ТАСС|ITAR-TASS|塔斯社|تاس: tass.ru, tass.com
RIA Novosti: РИА Новости|РИА «Новости»|РИА-Новости: ria.ru
Interfax: Интерфакс: interfax.ru, interfax.com
Sputnik: Sputnik News|Спутник|سبوتنيك: sputniknews.com, sputnikglobe.com
Ukrinform: Укринформ|Укрінформ: ukrinform.net
Xinhua: Xinhua News Agency|新华社|新華社|新华网|شينخوا|شینهوا|Синьхуа|신화통신: xinhuanet.com, news.cn
China News Service: 中新社|中新网|中国新闻网: chinanews.com, ecns.cn
Kyodo News: Kyodo|共同通信|共同通信社|共同|Киодо: kyodonews.net, kyodonews.jp
Jiji Press: 時事通信|時事通信社|時事|Jiji: jiji.com
Yonhap: Yonhap News Agency|연합뉴스|韩联社|聯合ニュース: yna.co.kr
Newsis: 뉴시스: newsis.com
News1: 뉴스1: news1.kr
KCNA: Korean Central News Agency|조선중앙통신: kcna.kp
CNA (Taiwan): 中央社|Central News Agency: cna.com.tw
IANS: Indo-Asian News Service: ians.in
ANI: Asian News International: aninews.in
PTI: Press Trust of India: ptinews.com
UNI: United News of India: uniindia.com
UPI: United Press International: upi.com
Press Association: PA Media|PA news agency: pa.media
AAP: Australian Associated Press: aap.com.au
The Canadian Press: Canadian Press|La Presse Canadienne: thecanadianpress.com
Anadolu Agency: Anadolu|Anadolu Ajansı|AA|الأناضول|Анадолу: aa.com.tr
DHA: Demirören Haber Ajansı: dha.com.tr
İHA: İhlas Haber Ajansı: iha.com.tr
WAM: Emirates News Agency|وام: wam.ae
SPA: Saudi Press Agency|واس: spa.gov.sa
QNA: Qatar News Agency|قنا: qna.org.qa
SANA: Syrian Arab News Agency|سانا: sana.sy
MENA: Middle East News Agency|أ ش أ: mena.org.eg
NNA: National News Agency|الوكالة الوطنية للإعلام: nna-leb.gov.lb
Petra: بترا|Jordan News Agency: petra.gov.jo
WAFA: وفا: wafa.ps
IRNA: ایرنا|إرنا|Islamic Republic News Agency: irna.ir
ISNA: ایسنا|Iranian Students' News Agency: isna.ir
Tasnim: تسنیم|تسنيم|Tasnim News Agency: tasnimnews.com
Fars News Agency: فارس|خبرگزاری فارس|Fars: farsnews.ir
Mehr News Agency: مهر|خبرگزاری مهر: mehrnews.com
Bloomberg News: Bloomberg: bloomberg.com
Dow Jones Newswires: Dow Jones: dowjones.com
Inter Press Service: IPS: ipsnews.net, ipsnoticias.net
Tribune News Service: Tribune Content Agency|TNS|McClatchy-Tribune: tribunenewsservice.com, tribunecontentagency.com
Agence Global: : agenceglobal.com
Project Syndicate: : project-syndicate.org
Cox Media Group
StatePoint: : statepoint.net
CNN Newswire: CNN Wire
Redaktionsnetzwerk Deutschland: RND: rnd.de
SWNS: South West News Service: swns.com
Religion News Service: RNS: religionnews.com
Kaiser Health News: KHN|KFF Health News: kffhealthnews.org, khn.org
Stacker: : stacker.com
StateNet
"""

_PRESS_RELEASES = """
PR Newswire: PRNewswire: prnewswire.com
Business Wire: BusinessWire|BUSINESS WIRE: businesswire.com
GlobeNewswire: GLOBE NEWSWIRE|Globe Newswire: globenewswire.com
Accesswire: ACCESSWIRE: accesswire.com
EIN Presswire: : einpresswire.com
news aktuell: ots|presseportal.de|Presseportal: presseportal.de, newsaktuell.de
APA-OTS: : ots.at
EurekAlert!: EurekAlert: eurekalert.org
"""

_IMAGES = """
Getty Images: Getty|Getty Images Europe: gettyimages.com
Shutterstock: shutterstock.com: shutterstock.com
iStock: iStockphoto: istockphoto.com
Adobe Stock: Fotolia: stock.adobe.com
Alamy: : alamy.com
Unsplash: : unsplash.com
Pixabay: : pixabay.com
Pexels: : pexels.com
Flickr: : flickr.com
Wikimedia Commons: Wikimedia|Wikipedia Commons: commons.wikimedia.org
imago images: imago|IMAGO: imago-images.de
picture alliance: picture-alliance: picture-alliance.com
ddp images: ddp: ddp-images.com
Depositphotos: : depositphotos.com
VCG: 视觉中国: vcg.com
ZUMA Press: Zuma: zumapress.com
EPA: European Pressphoto Agency|epa: epa.eu
Bloomberg via Getty Images
"""

_OUTLETS = """
The Guardian: Guardian|Guardian News & Media|Guardian News and Media: theguardian.com, guardian.co.uk
The New York Times: New York Times|NYT|NY Times|The New York Times News Service|nytimes.com: nytimes.com
The Washington Post: Washington Post|WaPo: washingtonpost.com
The Wall Street Journal: Wall Street Journal|WSJ: wsj.com
Los Angeles Times: LA Times|L.A. Times: latimes.com
USA Today: USA TODAY: usatoday.com
Chicago Tribune: : chicagotribune.com
The Boston Globe: Boston Globe: bostonglobe.com
San Francisco Chronicle: : sfchronicle.com
The Seattle Times: Seattle Times: seattletimes.com
Financial Times: FT|The Financial Times: ft.com
The Economist: Economist: economist.com
The Times: The Times of London: thetimes.co.uk, thetimes.com
The Telegraph: Daily Telegraph|The Daily Telegraph: telegraph.co.uk
The Independent: Independent: independent.co.uk
The Daily Mail: Daily Mail|MailOnline: dailymail.co.uk
BBC: BBC News|بي بي سي|Би-би-си: bbc.com, bbc.co.uk
Sky News: : news.sky.com
CNN: CNN.com|سي إن إن: cnn.com
CBS News: CBS: cbsnews.com
NBC News: NBC: nbcnews.com
ABC News: ABC: abcnews.go.com
Fox News: Fox: foxnews.com
MSNBC: : msnbc.com
NPR: National Public Radio: npr.org
PBS: PBS NewsHour: pbs.org
CNBC: : cnbc.com
Politico: POLITICO: politico.com, politico.eu
Axios: : axios.com
The Atlantic: Atlantic: theatlantic.com
The New Yorker: New Yorker: newyorker.com
Time: TIME|TIME magazine|Time Magazine|Time.com: time.com
Newsweek: : newsweek.com
Forbes: Forbes Magazine: forbes.com
Fortune: Fortune Magazine: fortune.com
Business Insider: Insider|BusinessInsider: businessinsider.com
HuffPost: The Huffington Post|Huffington Post: huffpost.com, huffingtonpost.com
Vox: : vox.com
Slate: : slate.com
Salon: Salon.com: salon.com
Wired: WIRED|Wired.com: wired.com
The Verge: : theverge.com
Ars Technica: : arstechnica.com
TechCrunch: : techcrunch.com
MIT Technology Review: Technology Review: technologyreview.com
Scientific American: : scientificamerican.com
New Scientist: : newscientist.com
Live Science: LiveScience: livescience.com
Space.com: SPACE.com: space.com
Phys.org: : phys.org
Futurism: : futurism.com
Quanta Magazine: Quanta: quantamagazine.org
National Geographic: : nationalgeographic.com
The Conversation: : theconversation.com
ProPublica: : propublica.org
The Hechinger Report: Hechinger Report: hechingerreport.org
Grist: : grist.org
Mother Jones: : motherjones.com
The Intercept: Intercept: theintercept.com
The Nation: : thenation.com
Truthout: : truthout.org
Common Dreams: : commondreams.org
Democracy Now!: Democracy Now: democracynow.org
Counterpunch: CounterPunch: counterpunch.org
Consortium News: Consortiumnews: consortiumnews.com
The Grayzone: Grayzone: thegrayzone.com
MintPress News: MintPress|Mint Press News: mintpressnews.com
Antiwar.com: Antiwar: antiwar.com
Mondoweiss: : mondoweiss.net
+972 Magazine: +972: 972mag.com
Middle East Eye: MEE: middleeasteye.net
Al-Monitor: Al Monitor: al-monitor.com
Asia Times: Asia Times Online: atimes.com, asiatimes.com
openDemocracy: OpenDemocracy: opendemocracy.net
London Review of Books: LRB: lrb.co.uk
The New York Review of Books: New York Review of Books: nybooks.com
Foreign Policy: : foreignpolicy.com
Foreign Affairs: : foreignaffairs.com
The Hill: : thehill.com
The Daily Beast: Daily Beast: thedailybeast.com
Rolling Stone: : rollingstone.com
Global Research: GlobalResearch|Globalresearch.ca: globalresearch.ca
Mideast Discourse: MidEastDiscourse: mideastdiscourse.com
Voltaire Network: Réseau Voltaire|Red Voltaire|Voltaire Netwerk: voltairenet.org
Strategic Culture Foundation: Strategic Culture: strategic-culture.org
OilPrice.com: Oilprice: oilprice.com
Press TV: PressTV: presstv.ir
Al Jazeera: Aljazeera|Al-Jazeera|الجزيرة|Аль-Джазира|半岛电视台: aljazeera.com, aljazeera.net
Al Mayadeen: Al-Mayadeen|الميادين|الميادين نت: almayadeen.net
Al Arabiya: Al-Arabiya|العربية: alarabiya.net
Al-Manar: Al Manar|Al-Manar English|المنار: almanar.com.lb
Haaretz: : haaretz.com
The Jerusalem Post: Jerusalem Post: jpost.com
The Times of Israel: Times of Israel: timesofisrael.com
RT: Russia Today|RT.com|روسيا اليوم: rt.com
Radio Free Europe/Radio Liberty: RFE/RL|Radio Free Europe: rferl.org
Voice of America: VOA: voanews.com
Deutsche Welle: DW: dw.com
Der Spiegel: Spiegel|Spiegel Online|SPIEGEL: spiegel.de
Die Zeit: Zeit Online|ZEIT ONLINE: zeit.de
Süddeutsche Zeitung: SZ|sueddeutsche.de: sueddeutsche.de
Frankfurter Allgemeine Zeitung: FAZ|F.A.Z.|Frankfurter Allgemeine: faz.net
taz: die tageszeitung: taz.de
Die Welt: Welt am Sonntag: welt.de
Handelsblatt: : handelsblatt.com
der Freitag: : freitag.de
Bild: Bild-Zeitung|BILD: bild.de
heise online: heise: heise.de
Telepolis: : telepolis.de
netzpolitik.org: : netzpolitik.org
Neue Zürcher Zeitung: NZZ: nzz.ch
Der Standard: DER STANDARD: derstandard.at
Cicero: : cicero.de
Le Monde: : lemonde.fr
Le Figaro: Figaro: lefigaro.fr
Libération: Liberation: liberation.fr
Mediapart: : mediapart.fr
Le Monde diplomatique: : monde-diplomatique.fr, mondediplo.com
France 24: France24: france24.com
El País: El Pais: elpais.com
El Mundo: : elmundo.es
La Jornada: : jornada.com.mx
Página/12: Pagina 12|Página 12: pagina12.com.ar
Clarín: : clarin.com
teleSUR: Telesur|TeleSUR: telesurtv.net, telesurenglish.net
Cubadebate: : cubadebate.cu
Granma: : granma.cu
Rebelión: Rebelion: rebelion.org
ALAI: Alainet|América Latina en Movimiento: alainet.org
Corriere della Sera: : corriere.it
la Repubblica: Repubblica: repubblica.it
La Stampa: : lastampa.it
Il Manifesto: il manifesto: ilmanifesto.it
Internazionale: : internazionale.it
O Globo: : oglobo.globo.com
Folha de S.Paulo: Folha de São Paulo|Folha: folha.uol.com.br
Brasil de Fato: : brasildefato.com.br
Público: : publico.pt
De Volkskrant: Volkskrant: volkskrant.nl
NRC: NRC Handelsblad: nrc.nl
Gazeta Wyborcza: : wyborcza.pl
Kommersant: Коммерсантъ|Коммерсант: kommersant.ru
Meduza: Медуза: meduza.io
Novaya Gazeta: Новая газета: novayagazeta.ru
Izvestia: Известия: iz.ru
Kyiv Independent: The Kyiv Independent: kyivindependent.com
Global Times: 环球时报: globaltimes.cn
People's Daily: 人民日报|人民网: people.com.cn
CCTV: 央视新闻|央视: cctv.com
The Paper: 澎湃新闻: thepaper.cn
Caixin: 财新|财新网: caixin.com
South China Morning Post: SCMP: scmp.com
Asahi Shimbun: 朝日新聞: asahi.com
Nikkei: 日本経済新聞|日経: nikkei.com
NHK: : nhk.or.jp
The Hindu: : thehindu.com
The Times of India: Times of India: timesofindia.indiatimes.com
Hindustan Times: : hindustantimes.com
The Wire: : thewire.in
Dawn: : dawn.com
The Hacker News: : thehackernews.com
Bleeping Computer: BleepingComputer: bleepingcomputer.com
Air & Space Forces Magazine: Air and Space Forces Magazine: airandspaceforces.com
Al-Masry Al-Youm: Al Masry Al Youm|المصري اليوم: almasryalyoum.com
Al-Akhbar: Al Akhbar|الأخبار: al-akhbar.com
Asharq Al-Awsat: الشرق الأوسط: aawsat.com
"""


def _read(table: str, kind: str) -> tuple[Publisher, ...]:
    rows: list[Publisher] = []
    for line in table.strip().splitlines():
        name, _, rest = line.partition(": ")
        aliases, _, hosts = rest.partition(":")
        rows.append(
            Publisher(
                name=name.strip(),
                kind=kind,
                aliases=tuple(alias for alias in (part.strip() for part in aliases.split("|")) if alias),
                hosts=tuple(host for host in (part.strip() for part in hosts.split(",")) if host),
                source=SOURCE,
            )
        )
    return tuple(rows)


KNOWN: tuple[Publisher, ...] = (
    *_read(_AGENCIES, "agency"),
    *_read(_PRESS_RELEASES, "press-release"),
    *_read(_IMAGES, "image-agency"),
    *_read(_OUTLETS, "outlet"),
)
