/*
 * What an assistant says around its questions, by language. Patterns match at the beginning of a candidate.
 */

const PREAMBLE: readonly RegExp[] = [
  /^(here(['’]s| is| are)|sure\b|certainly\b|of course\b|absolutely\b|great\b|okay\b|ok\b|below (are|is)|these are|the following|as requested|based on|i(['’]ve| have| will)? ?(created|generated|written|come|came|prepared|generate)|(two|three|2|3)\b)/i,
  /^(以下|下面|好的|当然|當然|没问题|沒問題|可以[，,]|收到|明白|这是|這是|(根[据據]|基于|基於).{0,16}(生成|提出|编写|的问题|的問題))/u,
  /^(hier (sind|ist|kommen|finden)|gerne|natürlich|selbstverständlich|klar[,!. ]|folgende|nachfolgend|die folgenden|basierend auf)/iu,
  /^[¡¿]?(aquí (tienes|tiene|están|te|hay|van)|claro|por supuesto|a continuación|estas son|las siguientes|con gusto)/iu,
  /^(voici|bien s[ûu]r|certainement|d['’]accord|ci-dessous|avec plaisir|les questions suivantes)/iu,
  /^(はい|以下|もちろん|承知|かしこまり|了解|こちら|下記|次の)/u,
  /^(네[,. ]|물론|다음은|아래는|여기|알겠)/u,
  /^(ecco|certo|aqui estão|hier zijn|här är|oto|işte)/iu,
];
const CLOSING: readonly RegExp[] = [
  /^(let me know|i hope|hope (this|these)|feel free|would you like (me|more)|do you (want|need) (me|more)|if you('d| would)? (like|need|want)|please let me|should i (generate|add) (more|another|further)|these questions|this question|note that)/i,
  /^(希望(这些|這些|以上|能)|如(果|需|有).{0,20}(随时|告诉我|请告知|隨時)|(还|您)?需要我|您(还)?需要|以上(就是|是|便是|问题)|请(告诉我|随时))/u,
  /^(ich hoffe|lass(en sie)? (es )?mich wissen|falls (du|sie)|möchte(st du|n sie) (noch |weitere)|soll ich (noch|weitere)|sag(en sie)? (mir )?bescheid)/iu,
  /^¿?(espero que|avísame|si (necesitas|deseas|quieres) (más|que)|(quieres|deseas|necesitas|te gustaría) (que (genere|cree|añada)|más)|déjame saber)/iu,
  /^(j['’]espère|n['’]hésite|souhaite[sz](-vous|-tu)|si vous (souhaitez|avez besoin|voulez)|dites-moi)/iu,
  /^(ご(参考|確認|不明)|他に(も)?(質問|ご)|必要(であれば|でしたら|に応じて)|以上(です|が|の質問)|お役に立て|追加の質問)/u,
  /^(더 필요|도움이 (되|필요)|추가(로)? (질문|필요)|필요하시면|이 질문들)/u,
];
const APOLOGY: readonly RegExp[] = [
  /^(i['’]?m (very |really )?sorry|i am (very )?sorry|sorry\b|my apologies|i apologi[sz]e|unfortunately|as an ai\b|as a (large )?language model)/i,
  /^((很|非常|十分)?(抱歉|遗憾)|对不起|對不起|不好意思|作为(一个|一名)?(AI|人工智能|语言模型|大模型))/iu,
  /^(es tut mir (sehr )?leid|tut mir leid|leider|entschuldig|als (ki|sprachmodell)\b)/iu,
  /^(lo siento|lamento|lamentablemente|disculp|como (modelo|ia|una ia|asistente)\b)/iu,
  /^(je suis (vraiment )?désolée?|désolée?|malheureusement|en tant qu['’](ia|assistant|modèle))/iu,
  /^(申し訳|すみません|恐れ入ります|残念ながら|죄송|미안|유감|아쉽게도|mi dispiace|desculpe)/iu,
];
const UNABLE: readonly RegExp[] = [
  /^(i (can(no|['’])t|cannot|am not able|am unable|do not have|don['’]t have|won['’]t)|i['’]m (unable|not able)|there (is|are) (no|not enough|nothing)|no questions|the (passage|text|context|provided|content|document))/i,
  /^(我(无法|不能|没有办法)|无法|由于|该(段|内容|文本)|这段|提供的)/u,
  /^(ich (kann|habe|bin)|es gibt (keine|nicht)|der (text|abschnitt)|no (puedo|es posible|hay)|el (texto|pasaje|contexto)|je ne peux|il n['’]y a|le (texte|passage))/iu,
  /^(この(文章|テキスト)|質問を|질문을|이 (글|텍스트))/u,
];

/** Offers of more help: they ask, but are not questions about the passage. */
const OFFER =
  /(any|some)thing else (i|you)\b.*(help|like|need)|还有(什么|其他).{0,8}(帮|协助)|(sonst|noch) (etwas|was) (für (dich|sie) )?(helfen|tun)|algo más en (lo )?que|autre chose.*aider|他に(何か)?.*お手伝い|더 도와/iu;

/** What preambles and closing remarks mention: questions. */
const QUESTIONS =
  /question|quer(y|ies)|问题|提问|問題|題目|质问|質問|クエリ|frage|suchanfrag|pregunta|consulta|requête|domand|pergunt|질문|검색어/i;
/** What refusals mention: making questions, and the passage. */
const MAKING =
  /question|generat|creat|assist|help with|compl(y|ies)|request|context|passage|enough|问题|生成|提供|协助|回答|帮助|足够|frage|erstell|generier|informationen|helfen|pregunta|gener|crear|información|ayudar|génér|créer|aider|informations|質問|生成|情報|作成|질문|생성|정보/iu;

export type AssistantTalk = 'a preamble' | 'a closing remark' | 'a refusal';

/**
 * The kind of assistant talk that a candidate is; undefined if it is none. The first words alone do not decide, as
 * search queries may begin with them (`Sorry, you have been blocked`).
 */
export function assistantTalk(text: string): AssistantTalk | undefined {
  const begins = (patterns: readonly RegExp[]) => patterns.some((pattern) => pattern.test(text));
  const asks = /[?？]["”』」'’)）]*$/u.test(text);
  const states = /[.。!！…]$/u.test(text);
  if (!asks && begins(APOLOGY) && (states || MAKING.test(text))) return 'a refusal';
  if (states && begins(UNABLE) && MAKING.test(text)) return 'a refusal';
  if ((states || /[:：]$/u.test(text)) && begins(PREAMBLE) && QUESTIONS.test(text)) return 'a preamble';
  if (OFFER.test(text) || (begins(CLOSING) && (QUESTIONS.test(text) || states))) return 'a closing remark';
  return undefined;
}
