/** Words of which questions are made in one language of Latin script, by how clearly they indicate it. */
interface Words {
  /** Asking words that hardly occur in other languages. */
  asks: string;
  /** Other words that hardly occur elsewhere, except in closely related languages. */
  own: string;
  /** Words of several languages, or with another meaning elsewhere (`die`, `comment`, `on`). */
  shared: string;
}

const WORDS: Record<string, Words> = {
  en: {
    asks: 'how what why which when where who whose',
    own: 'does did the of and for at with from should would could between their there your my you anything something much many long often what’s how’s who’s',
    shared: 'is are was were can will to in on by this that an if do has have been be it i its',
  },
  de: {
    asks: 'wann warum wieso weshalb welche welcher welches welchen welchem wofür wodurch womit wozu worin woran worauf wieviel',
    own: 'wo ist sind wird werden wurde wurden kann können muss müssen soll gibt den dem eine einer eines einen einem und oder nicht mit für von zum zur beim vom auf aus nach ich über unter bei haben wie darf dürfen viel viele lange oft dauert',
    shared: 'was wer der die das des ein zu im in man wenn hat an',
  },
  fr: {
    asks: 'quel quelle quels quelles pourquoi où combien qu’est-ce lequel laquelle est-ce',
    own: 'est sont peut le les du une et dans pour avec sur aux cette ces elle je faut-il peut-on y-a-t-il a-t-il d’un d’une doit',
    shared: 'comment quand qui que des un la de en par au ce il on pas ne se sa son',
  },
  es: {
    asks: 'qué cómo cuál cuáles cuándo cuánto cuánta cuántos cuántas dónde quién quiénes',
    own: 'el los las del y al sus hay puede puedo debe más cada hace tiene cuáles está están según fue',
    shared: 'por para una un la de en que es se son con su si como lo me sin entre',
  },
  pt: {
    asks: 'quê quais onde quem',
    own: 'os um uma do dos nas nos em são não com pode posso mais ao pelo pela está qual é quanto',
    shared: 'o a as da das no na que e por para como quando de se foi',
  },
  it: {
    asks: 'cosa quale quali dove perché cos’è qual’è',
    own: 'gli della delle dei nel nella alla dal dalla può deve sono il lo che è quanto quanti',
    shared: 'come chi quando i di del un una la le e si per con non da in qual al',
  },
  nl: {
    asks: 'hoe wat waarom welke wanneer waarvoor hoeveel',
    own: 'wordt worden kunnen moet het een van zijn voor aan niet bij door naar uit mijn',
    shared: 'wie waar kan de en is met op ik je in te of om',
  },
  sv: {
    asks: 'hur vad varför vilken vilka vilket när',
    own: 'är och att det som på för av till från ett ska jag inte',
    shared: 'var vem kan den en med om i man',
  },
  pl: {
    asks: 'dlaczego która który które kiedy gdzie czy jakie jaki jaka ile',
    own: 'jest są się dla oraz przez nie jak',
    shared: 'co kto i w na z do to od po',
  },
  tr: {
    asks: 'nasıl niçin hangi nerede nedir neden kaç kimdir',
    own: 've bir için ile olarak mı mü olan',
    shared: 'ne bu kim mi mu da de en',
  },
};

export interface Weight {
  language: string;
  weight: number;
}

/** The languages that have word lists. */
export const LANGUAGES: ReadonlySet<string> = new Set(Object.keys(WORDS));

/** Word -> how much it indicates each language: 2 for asking words, 1 for words of its own, 0.5 for shared ones. */
export const WEIGHTS: ReadonlyMap<string, readonly Weight[]> = buildWeights();

/** Characters that only one of the languages uses. */
export const LETTERS: readonly (readonly [RegExp, string])[] = [
  [/[¿¡ñ]/u, 'es'],
  [/ß/u, 'de'],
  [/[ãõ]/u, 'pt'],
  [/œ/u, 'fr'],
  [/[ğış]/u, 'tr'],
  [/[łżźśćąę]/u, 'pl'],
];

function buildWeights(): Map<string, Weight[]> {
  const map = new Map<string, Weight[]>();
  for (const [language, { asks, own, shared }] of Object.entries(WORDS)) {
    for (const [list, weight] of [
      [asks, 2],
      [own, 1],
      [shared, 0.5],
    ] as const) {
      for (const word of list.split(' ')) map.set(word, [...(map.get(word) ?? []), { language, weight }]);
    }
  }
  return map;
}
