/** Groups whose content is no text of the document. */
export const NO_TEXT = new Set(
  `colortbl info pict objdata objclass objname themedata colorschememapping datastore latentstyles generator filetbl
  listtable listoverridetable listpicture rsidtbl revtbl xmlnstbl nonshppict annotation atnid atnauthor atndate atnref
  atnparent atrfstart atrfend bkmkstart bkmkend falt panose fontemb fontfile pn pnseclvl mmathPict mmathPr nonesttables
  ftnsep ftnsepc aftnsep aftnsepc keycode template private xe tc formfield datafield fldtype tcn
  background userprops sp shprslt`.split(/\s+/),
);

/** Groups that old programs skip (`\*`), and that are text, or are read otherwise. */
export const STARRED = new Set(
  `fldinst shpinst shptxt shppict do dptxbxtext nesttableprops ud listtext footnote moMath moMathPara cs ts`.split(
    /\s+/,
  ),
);

/** Groups of formulas, which are named as the elements of OMML with an `m` before them. */
export const MATH = new Set(
  `moMathPara moMath mf mnum mden msSup msSub msSubSup msPre msup msub me mrad mdeg mnary md mfunc mfName mlimLow
  mlimUpp mlim macc mbar mm mmr meqArr mgroupChr mbox mborderBox mphant mr mfPr mradPr mnaryPr mdPr maccPr mbarPr
  mgroupChrPr mphantPr`.split(/\s+/),
);
/** Properties of formulas, whose value is their text. */
export const MATH_VALUES = new Set(
  'mchr mbegChr mendChr msepChr mtype mdegHide msubHide msupHide mpos mshow'.split(' '),
);

/** Characters that have a control word. */
export const CHARACTERS: Readonly<Record<string, string>> = {
  tab: '\t',
  line: '\n',
  page: '\n',
  softline: '\n',
  lbr: '\n',
  emdash: '—',
  endash: '–',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
  bullet: '•',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  '~': ' ',
  _: '-',
};
