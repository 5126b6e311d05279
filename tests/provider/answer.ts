import { contentWords } from './words.ts';

/** Form of an answer to a request without a JSON schema. */
export type AnswerShape =
  | 'plain'
  | 'numbered'
  | 'bullets'
  | 'chinese'
  | 'labelled'
  | 'preamble'
  | 'fenced'
  | 'thinking'
  /** Thoughts whose beginning is part of the prompt, with a draft of the list. */
  | 'unopened'
  | 'unusable';

/**
 * Questions about the passage in a prompt, each made of content words of another part of it. The same prompt gives the
 * same questions.
 */
export function questionsFor(prompt: string): string[] {
  const passage = passageIn(prompt);
  const count = questionsWanted(prompt.replace(passage, ''));
  const chinese = /\p{Script=Han}/u.test(passage);
  const [topic = 'it', ...words] = topicFirst(contentWords(passage));
  return Array.from({ length: count }, (_, index) => {
    const [b = `topic ${index}`, c = b] = words.slice(index * 2, index * 2 + 2);
    return chinese ? `${topic}和${b}的${c}是什么？` : `How do ${topic} and ${b} relate to ${c}?`;
  });
}

/** The text of an answer with these questions in that form. */
export function shapeAnswer(questions: readonly string[], shape: AnswerShape): string {
  switch (shape) {
    case 'plain':
      return questions.join('\n');
    case 'numbered':
      return questions.map((question, index) => `${index + 1}. ${question}`).join('\n');
    case 'bullets':
      return questions.map((question) => `- **${question}**`).join('\n\n');
    case 'chinese':
      return questions.map((question, index) => `（${'一二三四五六七八九十'[index % 10]}）${question}`).join('\n');
    case 'labelled':
      return questions.map((question, index) => `问题${index + 1}：${question}`).join('\n');
    case 'preamble':
      return `Here are ${questions.length} questions based on the context:\n\n${shapeAnswer(questions, 'numbered')}\n\nLet me know if you need more!`;
    case 'fenced':
      return `Sure!\n\`\`\`json\n${JSON.stringify(
        questions.map((question) => ({ question })),
        null,
        2,
      )}\n\`\`\``;
    case 'thinking':
      return `<think>\nThey want questions.\n1. Maybe this?\n</think>\n${shapeAnswer(questions, 'numbered')}`;
    case 'unopened':
      return `They want questions.\n1. What is this draft about?\n2. Who drafted it?\n</think>\n\n${shapeAnswer(questions, 'numbered')}<|im_end|>`;
    case 'unusable':
      return 'I am sorry, there is nothing to be asked about that.';
  }
}

/** The text between two lines of dashes (the built-in and llama-index templates), else the longest paragraph. */
function passageIn(prompt: string): string {
  const sections = prompt.split(/^-{5,}$/m);
  if (sections.length >= 3) return sections.slice(1, -1).join('\n');
  return prompt.split(/\n{2,}/).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** The number of questions that the instructions ask for; default 2. */
function questionsWanted(instructions: string): number {
  const found = instructions.match(/(\d+)\s*(?:个|different|questions?|quer)/i);
  return found ? Math.min(20, Number(found[1])) : 2;
}

/** The most frequent word (of several, the first), then the others from rare to frequent, each once. */
function topicFirst(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const rareFirst = [...counts].sort((a, b) => a[1] - b[1]);
  const topic = rareFirst.reduce((most, entry) => (entry[1] > most[1] ? entry : most), rareFirst[0] ?? ['', 0]);
  return [topic, ...rareFirst.filter((entry) => entry !== topic)].map(([word]) => word).filter((word) => word !== '');
}
