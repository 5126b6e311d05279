import type { Catalogue } from '../translator.ts';

/** Texts of the package zod, which validates inputs. */
export const zodZh: Catalogue = {
  'Invalid input: expected {expected}, received {received}': '类型不对：应为 {expected}，实际为 {received}',
  'Invalid input: expected {expected}': '类型不对：应为 {expected}',
  'Invalid option: expected one of {options}': '没有这个选项：应为 {options} 之一',
  'Invalid input': '无效',
  'Too small: expected {any} to be >={#least}': '太小：应不小于 {least}',
  'Too small: expected {any} to be >{#least}': '太小：应大于 {least}',
  'Too big: expected {any} to be <={#most}': '太大：应不大于 {most}',
  'Too big: expected {any} to be <{#most}': '太大：应小于 {most}',
  'Too small: expected {any} to have >={#least} {unit}': '太少：应不少于 {least} 个（{unit}）',
  'Too big: expected {any} to have <={#most} {unit}': '太多：应不多于 {most} 个（{unit}）',
  'Unrecognized key: {key}': '没有这个字段：{key}',
  'Unrecognized keys: {keys}': '没有这些字段：{keys}',
  'Invalid {format}': '不是有效的 {format}',
};
