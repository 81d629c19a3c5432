"""The menus of commands, and what a stranger reads before the first word, in the languages that Telegram shows.

In English a command's summary stands there (see handlers/command.py); all else that we say is English. What has a row
here stands in menus, in this order.
"""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("de", "fr", "es", "it", "pt", "ru", "zh", "ja")

SUMMARIES: Final[Mapping[str, Mapping[str, str]]] = {
    "code": {
        "de": "der Code zu einem Paper: nach id, Adresse, Titel oder Name",
        "fr": "le code d'un article : par id, adresse, titre ou nom",
        "es": "el código de un artículo: por id, dirección, título o nombre",
        "it": "il codice di un articolo: per id, indirizzo, titolo o nome",
        "pt": "o código de um artigo: por id, endereço, título ou nome",
        "ru": "код к статье: по id, адресу, названию или имени",
        "zh": "查找论文的代码：按编号、网址、标题或名称",
        "ja": "論文のコードを探す：ID、URL、題名、略称で",
    },
    "paper": {
        "de": "ein Paper: Autoren, Zusammenfassung, Code",
        "fr": "un article : auteurs, résumé, code",
        "es": "un artículo: autores, resumen, código",
        "it": "un articolo: autori, riassunto, codice",
        "pt": "um artigo: autores, resumo, código",
        "ru": "статья: авторы, аннотация, код",
        "zh": "论文信息：作者、摘要、代码",
        "ja": "論文の著者、概要、コード",
    },
    "subscribe": {
        "de": "melden, sobald ein passendes Paper Code hat; oder einem Feed folgen",
        "fr": "être prévenu quand un article a du code ; ou suivre un flux",
        "es": "avisar cuando un artículo tenga código; o seguir un feed",
        "it": "avvisare quando un articolo ha codice; o seguire un feed",
        "pt": "avisar quando um artigo tiver código; ou seguir um feed",
        "ru": "сообщать, когда у подходящей статьи есть код; или читать ленту",
        "zh": "订阅：匹配的论文有代码时通知；或关注一个订阅源",
        "ja": "条件に合う論文のコードが出たら通知；フィードの購読も",
    },
    "preview": {
        "de": "was ein Abo letzte Woche geschickt hätte",
        "fr": "ce qu'un abonnement aurait envoyé la semaine passée",
        "es": "lo que una suscripción habría enviado la última semana",
        "it": "che cosa un'iscrizione avrebbe inviato nell'ultima settimana",
        "pt": "o que uma assinatura teria enviado na última semana",
        "ru": "что прислала бы подписка за прошлую неделю",
        "zh": "预览：这个订阅上周会发送什么",
        "ja": "その購読で先週届いたはずのもの",
    },
    "subscriptions": {
        "de": "was dieser Chat abonniert hat",
        "fr": "les abonnements de cette discussion",
        "es": "las suscripciones de este chat",
        "it": "le iscrizioni di questa chat",
        "pt": "as assinaturas deste chat",
        "ru": "подписки этого чата",
        "zh": "本聊天的订阅",
        "ja": "このチャットの購読一覧",
    },
    "unsubscribe": {
        "de": "ein Abo beenden (oder alle: all)",
        "fr": "mettre fin à un abonnement (ou à tous : all)",
        "es": "terminar una suscripción (o todas: all)",
        "it": "terminare un'iscrizione (o tutte: all)",
        "pt": "encerrar uma assinatura (ou todas: all)",
        "ru": "отменить подписку (или все: all)",
        "zh": "取消订阅（全部取消：all）",
        "ja": "購読をやめる（すべて：all）",
    },
    "watch": {
        "de": "auf den Code eines Papers warten, oder auf alles Neue eines Repositorys",
        "fr": "attendre le code d'un article, ou toutes les nouvelles d'un dépôt",
        "es": "esperar el código de un artículo, o las novedades de un repositorio",
        "it": "attendere il codice di un articolo, o le novità di un repository",
        "pt": "esperar o código de um artigo, ou as novidades de um repositório",
        "ru": "ждать код одной статьи или все новости репозитория",
        "zh": "等待某篇论文的代码，或某个仓库的所有消息",
        "ja": "ある論文のコード、またはリポジトリの新着を待つ",
    },
    "waiting": {
        "de": "die Paper, auf deren Code dieser Chat wartet",
        "fr": "les articles dont on attend ici le code",
        "es": "los artículos cuyo código se espera aquí",
        "it": "gli articoli di cui qui si attende il codice",
        "pt": "os artigos cujo código se espera aqui",
        "ru": "статьи, кода которых здесь ждут",
        "zh": "本聊天正在等待代码的论文",
        "ja": "コードを待っている論文",
    },
    "digest": {
        "de": "die Woche bis jetzt",
        "fr": "la semaine jusqu'ici",
        "es": "la semana hasta ahora",
        "it": "la settimana finora",
        "pt": "a semana até agora",
        "ru": "неделя на данный момент",
        "zh": "本周至今的摘要",
        "ja": "今週ここまでのまとめ",
    },
    "saved": {
        "de": "was gespeichert ist; bibtex oder list als Datei",
        "fr": "ce qui est gardé ; bibtex ou list en fichier",
        "es": "lo guardado; bibtex o list como archivo",
        "it": "che cosa è salvato; bibtex o list come file",
        "pt": "o que está salvo; bibtex ou list como arquivo",
        "ru": "сохранённое; bibtex или list — файлом",
        "zh": "已保存的论文；bibtex 或 list 导出文件",
        "ja": "保存した論文；bibtex か list でファイルに",
    },
    "why": {
        "de": "warum eine Nachricht kam, oder keine",
        "fr": "pourquoi un message est venu, ou pas",
        "es": "por qué llegó un mensaje, o no",
        "it": "perché è arrivato un messaggio, o no",
        "pt": "por que uma mensagem chegou, ou não",
        "ru": "почему пришло сообщение или не пришло",
        "zh": "为什么收到或没有收到消息",
        "ja": "通知が来た理由、来なかった理由",
    },
    "trending": {
        "de": "GitHubs Trending-Seite, mit den Papern dazu",
        "fr": "la page Trending de GitHub, avec les articles",
        "es": "la página Trending de GitHub, con los artículos",
        "it": "la pagina Trending di GitHub, con gli articoli",
        "pt": "a página Trending do GitHub, com os artigos",
        "ru": "страница Trending на GitHub, со статьями",
        "zh": "GitHub 趋势榜及相关论文",
        "ja": "GitHub Trending と関連論文",
    },
    "top": {
        "de": "wer am meisten Sterne gewonnen hat",
        "fr": "les plus fortes hausses d'étoiles",
        "es": "quién ganó más estrellas",
        "it": "chi ha guadagnato più stelle",
        "pt": "quem ganhou mais estrelas",
        "ru": "кто набрал больше всего звёзд",
        "zh": "星标增长最多的仓库",
        "ja": "スターが最も増えたリポジトリ",
    },
    "mute": {
        "de": "eine Zeit lang nichts davon hören",
        "fr": "ne plus en entendre parler pendant un temps",
        "es": "no recibir nada de esto por un tiempo",
        "it": "non ricevere nulla di questo per un po'",
        "pt": "não receber nada disto por um tempo",
        "ru": "некоторое время не сообщать об этом",
        "zh": "一段时间内不再接收此类内容",
        "ja": "しばらくこの内容を通知しない",
    },
    "pause": {
        "de": "Ruhe, für eine Weile oder bis /resume; nichts geht verloren",
        "fr": "silence, un temps ou jusqu'à /resume ; rien n'est perdu",
        "es": "silencio, por un tiempo o hasta /resume; nada se pierde",
        "it": "silenzio, per un po' o fino a /resume; nulla va perso",
        "pt": "silêncio, por um tempo ou até /resume; nada se perde",
        "ru": "тишина, на время или до /resume; ничего не пропадёт",
        "zh": "暂停通知，直到 /resume；不会丢失任何内容",
        "ja": "しばらく、または /resume まで静かに；何も失われない",
    },
    "settings": {
        "de": "Zeitzone, Digest, Ruhezeiten, Budget und Stummes dieses Chats",
        "fr": "fuseau, digest, heures calmes, budget et silences d'ici",
        "es": "zona horaria, resumen, horas tranquilas, límite y silencios",
        "it": "fuso orario, riepilogo, ore di quiete, limite e silenzi",
        "pt": "fuso horário, resumo, horas de silêncio, limite e silenciados",
        "ru": "часовой пояс, дайджест, тихие часы, лимит и отключённое",
        "zh": "时区、摘要、免打扰时段、每日上限和静音",
        "ja": "タイムゾーン、まとめ、静かな時間、上限、ミュート",
    },
    "status": {
        "de": "die Quellen, die Warteschlange, und was nicht ging",
        "fr": "les sources, la file d'attente et les échecs",
        "es": "las fuentes, la cola y lo que falló",
        "it": "le fonti, la coda e che cosa non è riuscito",
        "pt": "as fontes, a fila e o que falhou",
        "ru": "источники, очередь и сбои",
        "zh": "来源、队列和失败情况",
        "ja": "情報源、待ち行列、失敗したもの",
    },
    "help": {
        "de": "alles, was ich kann, nach Themen",
        "fr": "tout ce que je sais faire, par thèmes",
        "es": "todo lo que sé hacer, por temas",
        "it": "tutto ciò che so fare, per argomenti",
        "pt": "tudo o que sei fazer, por temas",
        "ru": "всё, что я умею, по темам",
        "zh": "我能做的一切，按主题",
        "ja": "できることの一覧",
    },
}

DESCRIPTIONS: Final[Mapping[str, str]] = {  # by language, "" for all others; at most 512 characters
    "": "I find the code of machine-learning papers, and write when a paper that you care about gets code. An arXiv "
    "id, a title or a name is enough to ask.",
    "de": "Ich finde den Code zu Papern über maschinelles Lernen und schreibe, sobald ein Paper, das dich "
    "interessiert, Code hat. Eine arXiv-id, ein Titel oder ein Name genügt als Frage. Ich antworte auf Englisch.",
    "fr": "Je trouve le code des articles d'apprentissage automatique, et j'écris quand un article qui vous intéresse "
    "a du code. Un id arXiv, un titre ou un nom suffit. Je réponds en anglais.",
    "es": "Encuentro el código de artículos de aprendizaje automático y escribo cuando uno que te interesa tiene "
    "código. Basta un id de arXiv, un título o un nombre. Respondo en inglés.",
    "it": "Trovo il codice degli articoli di machine learning, e scrivo quando un articolo che ti interessa ha codice. "
    "Basta un id di arXiv, un titolo o un nome. Rispondo in inglese.",
    "pt": "Encontro o código de artigos de aprendizado de máquina e escrevo quando um que te interessa ganha código. "
    "Basta um id do arXiv, um título ou um nome. Respondo em inglês.",
    "ru": "Я нахожу код к статьям по машинному обучению и пишу, когда у интересной вам статьи появляется код. "
    "Достаточно id arXiv, названия или имени. Отвечаю по-английски.",
    "zh": "我查找机器学习论文的代码，并在您关注的论文有代码时通知您。只需 arXiv 编号、标题或名称。我用英语回答。",
    "ja": "機械学習の論文のコードを探し、関心のある論文にコードが出たらお知らせします。"
    "arXiv の ID、題名、略称でどうぞ。返事は英語です。",
}
