/*
 * Tokens of chat templates, which a server whose template does not fit the model sends as part of the answer.
 */

const TOKEN =
  '(?:<\\|[\\w/ -]{1,40}\\|>|<｜[^｜<>\\n]{1,40}｜>|<\\|[\\w-]{1,40}>|<[\\w-]{1,40}\\|>|</?s>|<(?:\\w+:)?(?:bos|eos|pad|unk|eod|end_of_turn|end_of_text|endoftext|end_of_utterance)>|</?start_of_turn>|<(?:SPECIAL|reserved|unused|extra_id)_?\\d{1,4}>|\\[e~\\[|\\]~!?b[\\][]|\\[/INST\\]|\\[(?:EOS|BOS|PAD)\\]|<</?SYS>>)';

/** A turn of the user, which a server echoes, or a model that runs on past its end of turn makes up. */
const USER_TURN =
  /(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>)\s*(?:user|human|system)\b|<\|(?:user|system)\|>|<[|｜](?:User|System)[|｜]>|\[INST\]/gi;
const MODEL_TURN =
  /(?:<\|im_start\|>|<\|start_header_id\|>|<start_of_turn>|<\|start\|>)\s*(?:assistant|model)\b\s*(?:<\|end_header_id\|>)?|<\|assistant\|>|<[|｜]Assistant[|｜]>|\[\/INST\]/gi;

/** The same without tokens, as of base models: `### Instruction:`. */
const INSTRUCTION_TURN =
  /(?<=\S\s*\n\s*)#{2,3} ?(?:instructions?|input|human|user|response|用户|指令)\s*[:：][\s\S]*$/iu;

/** Nothing but tokens and spaces. */
const PREFIX = new RegExp(`^(?:\\s|${TOKEN})*`, 'i');
const RUN = new RegExp(`(?:[ \\t]{0,8}${TOKEN})+[ \\t]{0,8}`, 'gi');
const SENTENCE_END = /[?？.。!！"”\]}]/;

/**
 * Removes the tokens at the beginnings and ends of lines and sentences, and turns of the user before and after the
 * answer. A token within a sentence stays: it is what the sentence is about, or a fault.
 */
export function withoutControlTokens(text: string): string {
  const own = text.includes('##') ? text.replace(INSTRUCTION_TURN, '') : text;
  if (!/[<[]/.test(own)) return own;
  const answer = withoutUserTurns(own).replace(MODEL_TURN, '');
  return answer.replace(RUN, (run, at: number) => {
    const before = answer[at - 1] ?? '\n';
    const after = answer[at + run.length] ?? '\n';
    if (before === '\n' || /[\r\n]/.test(after)) return '';
    return SENTENCE_END.test(before) ? '\n' : run;
  });
}

function withoutUserTurns(text: string): string {
  const [first] = text.matchAll(USER_TURN);
  const prefix = PREFIX.exec(text)?.[0].length ?? 0;
  // An echo of the prompt.
  if (first && first.index <= prefix) {
    const own = [...text.matchAll(MODEL_TURN)].find(({ index }) => index > first.index);
    return own ? withoutUserTurns(text.slice(own.index + own[0].length)) : text;
  }
  return text.slice(0, first?.index);
}
