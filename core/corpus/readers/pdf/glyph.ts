/** A glyph on a page as it is displayed: x grows to the right, y downwards, lengths are in points. */
export interface Glyph {
  readonly text: string;
  /** Start of the glyph on its baseline. */
  readonly x: number;
  readonly y: number;
  /** Direction of writing, in degrees clockwise from left-to-right. */
  readonly angle: number;
  /** Length along the direction of writing. */
  readonly advance: number;
  /** Font height. */
  readonly size: number;
  /** Light or translucent, as watermarks are. */
  readonly faint: boolean;
  /** Number of the operator that draws it: equal for glyphs that are drawn together. */
  readonly operator: number;
}

export interface PageContent {
  readonly width: number;
  readonly height: number;
  /** In the order in which they are drawn. */
  readonly glyphs: readonly Glyph[];
  /** Text that is not displayed: outside the page or a clipping path, or on a layer that is switched off. */
  readonly hidden: readonly Glyph[];
  /** Whether there are images, or drawings that could be letters. */
  readonly hasPicture: boolean;
}
