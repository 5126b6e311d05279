/** By language: words that refer to a passage which the reader of the question does not see. */
const MENTIONS: readonly RegExp[] = [
  // English
  /\b(according to|based on|as (stated|mentioned|described|discussed|outlined|noted|explained) in|(mentioned|described|discussed|provided|outlined|stated|given|presented|explained) (in|by)) ((the|this|these|that) ((given|provided|above|following|supplied) )?(context|passage|text|excerpt|paragraph|snippet)s?|context|(the )?passage)\b/i,
  /\b(according to|based on|as (stated|mentioned|described|discussed|outlined|noted|explained) in|(mentioned|described|discussed|provided|outlined|stated|given|presented|explained) (in|by)) (the|this|these|that)? ?((given|provided|above|following|supplied) )?(document|section|article|information|content|material|author|writer)s?(?=\s*([,?.!]|$)| (provided|given|above|presented|in the)\b)/i,
  /\b(the|this) (context information|(given|provided|above|supplied|following) (context|text|passage|information|document|excerpt|paragraph|content|code|snippet|example|material)s?)\b|\bthe (passage|text|context|information|document|excerpt) (above|below)(?=\s*([,?.!]|$))/i,
  /\b(in|from|of|by|does|do|is) (the|this) (passage(?! of)|excerpt)\b/i,
  /\b(as )?(mentioned|described|stated|discussed) (above|earlier|below)\b/i,
  /\b(according to|based on|from) (the|this) (\w+ ){0,2}(document|text|passage|excerpt|article|content)s? (provided|given|above)\b/i,
  // German
  /\b(laut|gemäß|gemäss|basierend auf|anhand|auf (der )?(grundlage|basis))( (von|dem|den|der|des|diesem|dieses|dieser))?( (vorliegenden|gegebenen|obigen|angegebenen|bereitgestellten|vorstehenden))? (text|textes|texts|kontext|kontexts|kontextes|abschnitts?|textabschnitts?|passage|textpassage|auszugs?|absatz(es)?|dokuments?)(?![\p{L}])/iu,
  /\b(im|in (dem|diesem|der|dieser)) ((vorliegenden|gegebenen|obigen|angegebenen|bereitgestellten) )?(text|kontext|abschnitt|textabschnitt|passage|auszug|absatz|dokument) (\S+ ){0,3}?(erwähnt|genannt|beschrieben|angegeben|aufgeführt|erläutert|behandelt|erklärt)/iu,
  /\b(bereitgestellten|gegebenen|vorliegenden|obigen) (informationen|text|textabschnitt|kontext|abschnitt|passage)/iu,
  // Spanish
  /(según|segun|de acuerdo (con|a)|conforme a|bas(ándose|ado|ada|ados|adas) en|con base en|en base a)( (el|la|este|esta|lo))?( (siguiente|anterior))? (texto|contexto|pasaje|fragmento|párrafo|documento|extracto|información (proporcionada|dada|anterior|suministrada)|autor)(?! de |\p{L})/iu,
  /(mencion|descri|indic|proporcion|detall|cit|explic|señal)\p{L}* en (el|la|este|esta) (texto|contexto|pasaje|fragmento|párrafo|documento|extracto)(?! de |\p{L})/iu,
  // French
  /(selon|d['’]après|conformément (à|au)|en se basant sur|sur la base (de|du))( (le|la|ce|cet|cette|du|les))? ?(l['’])?(texte|contexte|passage|extrait|paragraphe|document|auteur|informations? (fournies?|données?|ci-dessus))(?! d|\p{L})/iu,
  /(mentionn|décri|indiqu|fourni|cit|évoqu|expliqu)\p{L}* (dans|par) (le |ce |cet |l['’])(texte|contexte|passage|extrait|document)(?! d|\p{L})/iu,
  // Italian, Portuguese, Dutch
  /(secondo|in base a|stando a|come (indicato|descritto) ne)(l| il|l['’]|l )? ?(testo|contesto|brano|documento|estratto)(?! d|\p{L})/iu,
  /(de acordo com|segundo|com base n|conforme) ?(o|a)? (texto|contexto|trecho|documento|excerto)(?! d|\p{L})/iu,
  /\b(volgens|op basis van|op grond van) (de|het|deze|dit) (tekst|context|passage|document|fragment|alinea)\b/iu,
  // Japanese
  /(本文|文脈|上記|前述|段落|パッセージ|抜粋|コンテキスト|コンテクスト)(の(内容|情報|文章|説明))?(によると|によれば|に基づ(いて|く|き)|をもとに|を踏まえ|で(は)?(述べ|説明|言及|触れ)|に(書かれ|記載され|述べられ))/u,
  /(文章|文書|テキスト|資料|記事|情報)(によると|によれば)|文章で(は)?(述べ|説明|言及)/u,
  /(^|[、，。])(本文|文中|この文章|この段落|上記の(文章|文脈|テキスト|内容|情報)|(与えられた|提供された)(文章|文脈|テキスト|情報))/u,
  // Korean
  /(본문|지문|문맥|윗글|이 글|위 글|위의 글|단락|문단|컨텍스트|제시문)(에|을|를) ?(따르면|의하면|바탕으로|근거로|기반으로)/u,
  /(텍스트|문서|내용|정보|자료)에 (따르면|의하면)/u,
  /((본문|지문|윗글|제시문)|(이|위|위의) 글|(주어진|제시된|제공된|위의?) (텍스트|내용|문맥|정보|지문|본문|단락|문단))(에서|에|의|은|는|이|가)/u,
  // Chinese, simplified and traditional
  /(^|[在从從据據按依于於，,、])(上述|以上|上面|所?[给給]定?|所?提供)?的?(上下文|上文|文中|原文|文本中|本文|材料中|短文|[资資]料中)(信息|[内內]容|資訊)?(中|里|裡|所|提到|提及|描述|介[绍紹]|[说說]明|，|,|$)/u,
  /(根[据據]|依[据據]|按照)(文中|原文|上文|本文)|^(文中|本文|本段|原文(?!链接|件)|上文|文章(?:中|里|说|指出|提到)|该文|該文|此文|短文)/u,
  /(根[据據]|依[据據]|基于|基於|[结結]合|按照)(上述|以上|所?[给給](定|出)?的?|所?提供的?|[这這该該此本]段)的?(上下文|文本|文章|[内內]容|信息|資訊|文字|段落|片段|材料|[资資]料|文[档檔]|代码|代碼)/u,
  /(根[据據]|依[据據]|基于|基於|[结結]合)(上下文|文本|文章|[内內]容|信息|文字|段落|材料|[资資]料|文[档檔]|原文|文中|短文)(信息|[内內]容|中|的[内內]容)?(所(述|提到|描述|提供)|[，,：:])/u,
  /^上述|(根[据據]|按照)上述/u,
  /([这這该該本此]|上述|以上)(一?段|篇)(落|文字|文本|[内內]容|[话話]|文章|材料)/u,
  /(作者|笔者|筆者)(在(文|本)|[认認]为|認為|提到)/u,
];

/**
 * Words that may be the passage's subject, as in a text editor's manual; and that subject, in a passage on which they
 * are allowed.
 */
const AMBIGUOUS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\b(purpose|topic|subject|gist|aim) of this (document|text|article|section)\b|\bsummari[sz]e (the|this) (text|passage|document|article|section|content)\b/i,
    /\b(document|text|article|section|summar)/i,
  ],
  [
    /(steht|heißt es|erfährt man) (im|in diesem|in dem) (text|abschnitt|artikel|dokument)\b/iu,
    /text|abschnitt|artikel|dokument/iu,
  ],
  [
    /(trata|dice|menciona|explica|describe|habla) (el|este) (texto|documento|pasaje|fragmento)(?!\p{L})/iu,
    /texto|documento|pasaje|fragmento/iu,
  ],
  [/(dit|parle|mentionne|explique|décrit) (le|ce) (texte|document|passage)(?!\p{L})/iu, /texte|document|passage/iu],
  [
    /^(请问)?(文章|材料|资料|段落|短文|文本)(中|里)?(讲|说|规定|提到|描述|介绍|指出|要求)/u,
    /文章|材料|资料|段落|短文|文本/u,
  ],
  [
    /\b(in|from) (the|this) (context|text|paragraph|document|article|section)\s*([?.,!]|$)/i,
    /\b(context|text|paragraph|document|article|section)s?\b/i,
  ],
  [
    /\b(does|did|do|would) the (author|writer|text|article|paragraph|context|document|section) (say|mean|suggest|mention|describe|state|argue|imply|explain|tell|recommend)\b/i,
    /\b(author|writer|text|article|paragraph|context|document|section)s?\b/i,
  ],
  [
    /\b(main|central|key|primary) (topic|idea|theme|point|purpose|focus|takeaway)s? of (the|this)\b/i,
    /\b(topic|idea|theme)s?\b/i,
  ],
  [/\b(im|in diesem|in dem) (text|abschnitt|kontext)\s*([?.,!]|$)/i, /\b(text|abschnitt|kontext)/i],
  [/\b(der|dieser|diesem|die|diese) (textabschnitt|textauszug|textpassage|auszug)\b/i, /auszug|textabschnitt/i],
  [
    /(en|de) (el|este|ese) (texto|pasaje|fragmento|párrafo)\s*([?.,!]|$)|\b(este|el) (pasaje|fragmento)(?![\p{L}])/iu,
    /texto|pasaje|fragmento|párrafo/iu,
  ],
  [
    /(dans|de) (le|ce|cet) (texte|passage|extrait)\s*([?.,!]|$)|\b(ce|cet) (texte|passage|extrait)(?![\p{L}])/iu,
    /texte|passage|extrait/iu,
  ],
  [/\b(in|from|of|by|does|do|is) (the|this) snippet\b/i, /\bsnippets?\b/i],
  [/(この|本)(文章|テキスト|段落|節|記事|文書)(は|の|で|が|に)/u, /文章|テキスト|段落|記事|文書/u],
  [/(이|해당) (글|텍스트|문단|단락|본문|지문)(은|는|이|의|에서)/u, /텍스트|문단|단락|본문|지문/u],
];

/** Whether a question mentions the passage itself, instead of what the passage is about. */
export function mentionsPassage(question: string, passage: string): boolean {
  return (
    MENTIONS.some((pattern) => pattern.test(question)) ||
    AMBIGUOUS.some(([pattern, subject]) => pattern.test(question) && !subject.test(passage))
  );
}
