import { expect, test } from 'vitest';
import type { Chunk } from '../../contracts/corpus.ts';
import { contentId } from '../../primitives/hash.ts';
import { splitChunks } from './split-chunks.ts';

/** Pages of a manual. An edited copy of one of them is added to another document. */
const ENGLISH = [
  'Before the boiler is lit, open the flue damper and check that the low-water cut-off is free. Purge the furnace for at least five minutes, because gas that has collected there would explode when the burner is lit. Only then may the pilot be turned on.',
  'The forklift may be driven only by staff who hold a licence and have been shown the warehouse by the shift leader. Loads are carried ten centimetres above the floor with the mast tilted back. Nobody rides on the forks, not even for a short way.',
  'Samples are taken from the middle of the tank, never from the drain, and are sent to the laboratory within two hours in the brown bottles. Write the tank’s number, the time and your initials on the label before the bottle is filled.',
  'An invoice above five thousand euros needs two signatures, one of them from the head of the department that ordered the goods. Invoices without an order number go back to the supplier, whatever the amount may be and whoever has asked for the goods.',
  'The night porter locks the east gate at ten and writes the number of every vehicle that is still in the yard into the book at the lodge. A vehicle whose driver cannot be found is reported to the duty manager before midnight.',
  'Cold rooms are defrosted on the first Monday of the month. Move the goods into the spare room, switch the evaporator off and leave the door open until no ice is left. Never use a blade, because the pipes behind the fins hold ammonia under pressure.',
  'New employees receive their badge on the first day at the reception. The badge opens the main door and the canteen; laboratories are added by the safety officer after the training. A lost badge is blocked at once and costs fifteen euros.',
  'Complaints that come by telephone are written into the same form as letters. Ask for the batch number, which stands on the bottom of the can, and promise an answer within three working days. The quality office decides whether goods are replaced.',
];
const CHINESE = [
  '点火之前，先打开烟道挡板，检查低水位切断装置是否灵活。炉膛至少吹扫五分钟，否则积存的燃气会在点火时爆炸。确认无误之后，才可以打开长明火。操作人员不得离开现场，直到压力稳定为止。',
  '叉车只能由持证人员驾驶，上岗前须由值班组长带领熟悉仓库。行驶时货物离地十厘米，门架后倾。任何人不得站在货叉上，哪怕只是很短的一段距离。转弯之前必须鸣笛，并注意行人。',
  '取样应在罐体中部进行，不得从排污口取样。样品装入棕色瓶，两小时之内送到化验室。装瓶之前，先在标签上写明罐号、时间和取样人姓名。标签不清的样品一律退回，重新取样。',
  '五千元以上的发票需要两人签字，其中一人必须是申购部门的负责人。没有订单号的发票，无论金额多少，也无论由谁申购，一律退回供应商。付款在每月十日和二十五日统一办理。',
  '夜班门卫晚上十点锁东门，并把院内尚未离开的车辆号码登记在门房的本子上。找不到司机的车辆，须在午夜之前报告值班经理。次日早上六点开门，由早班门卫核对登记本。',
  '冷库每月第一个星期一除霜。先把货物移到备用库房，关闭蒸发器，敞开库门，直到冰全部化掉。不得使用刀具刮冰，因为翅片后面的管道里有带压的氨。除霜结束后擦干地面。',
  '新员工第一天在前台领取门禁卡。门禁卡可以打开大门和食堂，实验室权限在安全培训之后由安全员开通。门禁卡丢失后立即停用，补办费用为一百元。离职时应当交回门禁卡。',
  '电话投诉与书面投诉使用同一张表格。请问清罐底的批号，并承诺三个工作日之内答复。是否换货由质量办公室决定。客户情绪激动时，应当先道歉，再记录，不要当场争论责任。',
];

const chunk = (path: string, text: string, language: string): Chunk => ({
  id: contentId(path + text),
  documentId: contentId(path),
  path,
  headings: [],
  text,
  tokens: 60,
  language,
});
/** Documents of two pages each, so that a copy of one page does not make two documents near-duplicates. */
const DOCUMENTS = ENGLISH.flatMap((page, i) => [
  chunk(`docs/${i}.md`, page, 'en'),
  chunk(`docs/${i}.md`, CHINESE[i] as string, 'zh'),
]);

test.each([
  [
    'English',
    'en',
    ENGLISH,
    (page: string) => page.replace('Before the boiler', 'Note: before any boiler').replaceAll('is lit', 'gets lit'),
  ],
  ['Chinese', 'zh', CHINESE, (page: string) => `【修订】${page.replace('至少吹扫五分钟', '至少吹扫八分钟')}`],
])('detects an edited copy of a training page in a validation document: %s', async (_name, language, pages, edit) => {
  const options = { validationShare: 0.25, maxLeakage: 0.05 };
  const { split, by, leakage } = await splitChunks(DOCUMENTS, options);
  expect({ by, leakage }).toEqual({ by: 'documents', leakage: 0 });

  const validating = DOCUMENTS.find(({ id }) => split.validation.includes(id)) as Chunk;
  const copied = DOCUMENTS.find(({ id, text }) => split.train.includes(id) && pages.includes(text)) as Chunk;
  const edited = chunk(validating.path, edit(copied.text), language);
  expect(edited.text).not.toBe(copied.text);
  await expect(splitChunks([...DOCUMENTS, edited], options)).rejects.toThrow(
    /of the validation chunks are nearly the same as a training chunk/,
  );
  const allowed = await splitChunks([...DOCUMENTS, edited], { ...options, maxLeakage: 1 });
  expect(allowed.leakage).toBeCloseTo(1 / allowed.split.validation.length, 12);
});
