/** Placeholders of prompt templates. */
const PLACEHOLDER =
  /\{\{?\s*(context_str|context|num_questions_per_chunk|num_questions|question|query|language|topic|passage|text|chunk)\s*\}?\}|\[(insert|your|question|topic|product)\b[^\]]*\]|<(question|insert|your|query)\b[^>]*>|^\[(问题|插入|在此)[^\]]*\]|<\|[^|]*\|>|\[\/?INST\]/iu;

const LANGUAGES =
  '(english|chinese|german|spanish|french|japanese|korean|the (same )?language|deutsch|englisch|español|inglés|français|anglais)';
/** Instructions at the beginning of a candidate: echoes of the built-in prompts, and injections by a passage. */
const INSTRUCTION: readonly RegExp[] = [
  new RegExp(
    `^(please )?(write|answer|respond|reply|écri(s|vez)|répond(s|ez)|escrib[ea]|respond[ea]|schreibe?n?|antworten?)( sie)? (only |exactly |nur )?(in|en|auf) ${LANGUAGES}`,
    'iu',
  ),
  /^(please )?(write|answer|respond|reply) (only|exactly|with (only|exactly))\b/i,
  /^(every question must|each question (must|should)|never speak of|use the words people|imagine \d+ (different )?(people|users)|write the one question|do not (include|copy|use|speak|number|write)\b.*(question|passage|sentence|answer|text|explanation|number))/i,
  /^(ignore|disregard|forget) (all |any |the |your |of |these )*(previous|prior|above|preceding|earlier)( (instruction|prompt|message|context|rule|command|direction|text)s?| and\b|\s*[.!:]|$)/i,
  /^(you are (a|an|now)\b.*(assistant|expert|bot|teacher|professor|\bai\b|dan\b|pirate)|new instructions?\s*:)/i,
  /^(user|assistant|human|用户|助手|系统)\s*[:：]/iu,
  /^((请)?(用|以)(中文|英文|英语)(提问|回答|输出|写|作答)[。！]?$|只输出.*问题|每行一个(问题)?[。，]|不要(照抄|编号|出现|输出其他)|每个问题(只|都|问|必须)|设想有|请(只|严格).*(输出|回答|按照)|(忽略|无视|忘记).{0,6}(之前|以上|上述|先前|前面|所有).{0,8}(指令|指示|要求|提示|规则|内容)|你(现在)?是一(个|名|位).*(专家|助手|老师|教师|机器人))/u,
  /^(antworte(n sie)? nur\b|(ignoriere|vergiss)\b.*(anweisung|instruktion|befehl)|du bist (jetzt )?ein\b)/iu,
  /^(responde (solo|únicamente)|(ignora|olvida)\b.*(instrucciones|indicaciones)|eres un\b.*(asistente|experto))/iu,
  /^(répond(s|ez) uniquement|(ignore[zr]?|oublie[zr]?)\b.*(instruction|consigne)s?|tu es un\b)/iu,
  /^(日本語で(書い|回答し|答え|質問し)て(ください)?。?$|(これまで|以前|上記|前)の(指示|命令)を)/u,
  /^(한국어로 (작성|답변|질문)(하세요|해 ?주세요|하시오)|이전(의)? (지시|명령|지침))/u,
];

/** Whether a candidate holds words of a prompt. A placeholder that the passage itself contains is allowed. */
export function hasPromptWords(text: string, passage: string): boolean {
  const placeholder = PLACEHOLDER.exec(text)?.[0];
  if (placeholder !== undefined && !passage.includes(placeholder)) return true;
  return INSTRUCTION.some((pattern) => pattern.test(text));
}
