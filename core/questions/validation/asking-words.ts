/** By language: words with which a question or a request to explain begins, or which make one wherever they stand. */
const ASKING: readonly RegExp[] = [
  /^(what|how|why|when|where|who|whom|whose|which|can|could|does|do|did|is|are|was|were|will|would|should|may|has|have|(in|at|for|under|on|by|to|from|with|of|after|before) (what|which|how|whom|whose)|explain|describe|list|compare|name|discuss|give|identify|summari[sz]e|define|outline|tell|analy[sz]e|calculate|determine|evaluate)\b|[,;] (explain|describe|discuss|list|compare|identify|summari[sz]e)\b/i,
  /什么|什麼|如何|怎么|怎麼|怎样|为何|为什么|為什麼|哪|是否|多少|几(个|种|次|天|年|月|点|步|项|级|岁|小时|分钟)|吗|嗎|呢|谁|能否|可否|请(问|说明|解释|描述|列|简述|介绍|比较|举|分析)|^(说出|列举|列出|写出|指出|简述|描述|解释|说明|介绍|比较|分析|概述|阐述)/u,
  /^(wie|was|wer|wen|wem|wann|wo|woher|wohin|warum|wieso|weshalb|welch\p{L}*|wofür|wodurch|womit|wozu|worin|woran|worauf|kann|können|darf|muss|ist|sind|hat|gibt|erklär\p{L}*|beschreib\p{L}*|nenn\p{L}*|vergleich\p{L}*|(in|an|auf|für|mit|bei|nach|ab|bis|unter|aus|von|zu) (welch\p{L}*|wem|wie|was|wann))(?!\p{L})/iu,
  /^¿|(^|\s)(qué|cómo|cuál|cuáles|cuándo|cuánt[oa]s?|dónde|quién|quiénes|por qué)(?!\p{L})|^(explica|explique|describe|describa|enumera|compara|indica|nombra)(?!\p{L})/iu,
  /^(comment|quel\p{L}*|pourquoi|où|quand|combien|qui|que|qu['’]est|est-ce|peut-on|faut-il|lequel|laquelle|expliqu\p{L}*|décri\p{L}*|cite[rz]?|compare[rz]?|(à|de|dans|en|pour|par|sur|avec) (quel\p{L}*|qui|quoi|combien))(?!\p{L})/iu,
  /(か|かな|の)[。.]?$|何|なぜ|どう|どこ|どれ|どの|どんな|いつ|誰|いくつ|いくら|どちら|方法|教えて|とは[。]?$|説明して|述べ/u,
  /(까|나요|가요|는지|은지|을지|ㄹ지|니까|는가|인가|은가)[.?]?$|무엇|무슨|어떻게|어떤|언제|어디|왜|누가|누구|얼마|몇|방법|알려|설명|어느/u,
];

/** Whether a candidate's words ask, with or without a question mark. */
export function hasAskingWords(text: string): boolean {
  return ASKING.some((pattern) => pattern.test(text));
}
