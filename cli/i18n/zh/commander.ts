import type { Catalogue } from '../translator.ts';

/** Texts of the package commander, which prints the help and refuses options. */
export const commanderZh: Catalogue = {
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'display help for command': '显示命令的帮助',
  'output the version number': '输出版本号',
  '{description} (choices: {choices})': '{description}（可选：{choices}）',
  '{description} (choices: {choices}, default: {value})': '{description}（可选：{choices}，默认 {value}）',
  '{description} (choices: {choices}, env: {variable})': '{description}（可选：{choices}，环境变量 {variable}）',
  '{description} (choices: {choices}, default: {value}, env: {variable})':
    '{description}（可选：{choices}，默认 {value}，环境变量 {variable}）',
  '{description} (env: {variable})': '{description}（环境变量 {variable}）',
  '{description} (default: {value}, env: {variable})': '{description}（默认 {value}，环境变量 {variable}）',
  '{description} (default: {value})': '{description}（默认 {value}）',
  "unknown command '{name}'": '没有命令“{name}”',
  "unknown option '{flag}'": '没有选项“{flag}”',
  "missing required argument '{name}'": '缺少参数“{name}”',
  "option '{flags}' argument missing": '选项“{flags}”缺少参数',
  "required option '{flags}' not specified": '没有给出必需的选项“{flags}”',
  "option '{flags}' argument '{value}' is invalid. {why}": '选项“{flags}”的参数“{value}”无效。{why}',
  'too many arguments. Expected {expected} argument{s} but got {received}: {arguments}.':
    '参数过多：应有 {expected} 个，给出了 {received} 个：{arguments}。',
  "too many arguments for '{command}'. Expected {expected} argument{s} but got {received}: {arguments}.":
    '“{command}”的参数过多：应有 {expected} 个，给出了 {received} 个：{arguments}。',
  'Allowed choices are {choices}.': '可选：{choices}。',
  '(Did you mean {name}?)': '（是否想用 {name}？）',
  '(Did you mean one of {names}?)': '（是否想用其中之一：{names}？）',
};
