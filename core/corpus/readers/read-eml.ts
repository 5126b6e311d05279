import PostalMime from 'postal-mime';
import { type DocumentContent, SectionBuilder, Unreadable } from './document-content.ts';
import { readHtml } from './html/read-html.ts';

/** Reads an e-mail (RFC 5322, MIME): its subject as the heading, sender, date and text. Attachments are not read. */
export async function readEml(bytes: Uint8Array): Promise<DocumentContent> {
  const mail = await PostalMime.parse(new Uint8Array(bytes)).catch((error: Error) => {
    throw new Unreadable(`not whole as an e-mail (${error.message})`);
  });
  const sections = new SectionBuilder();
  const subject = mail.subject?.trim() ?? '';
  sections.heading(1, subject);
  // A stored web page has no sender, and the date of its making.
  const from = [mail.from?.name, mail.from?.address].filter((part) => part).join(' ');
  if (from !== '') sections.text([from, mail.date].filter((line) => line).join('\n'));
  const html = mail.html ? readHtml(mail.html, { fragment: true }) : undefined;
  if (!html?.sections.length) sections.text(mail.text ?? '');
  const own = sections.finish();
  const inner = html?.sections.map((section) => ({
    ...section,
    headings: [...(subject ? [subject] : []), ...section.headings],
  }));
  return { title: subject || undefined, sections: [...own, ...(inner ?? [])], omitted: html?.omitted ?? [] };
}
