import { expect, test } from 'vitest';
import { detectLanguage } from './detect-language.ts';

test.each([
  ['zh', '在启动水泵之前，请先检查阀门。'],
  ['zh', '使用 `computed()` 声明计算属性 const books = reactive({ name, title, author })'],
  ['ja', 'ポンプを起動する前に、弁を確認してください。'],
  ['ko', '펌프를 시작하기 전에 밸브를 확인하십시오.'],
  ['en', 'Check the valve before you start the pump, and do not leave it open.'],
  ['de', 'Vor dem Start der Pumpe ist das Ventil zu prüfen und die Anlage mit Wasser zu füllen.'],
  ['fr', 'Vérifiez la vanne avant de démarrer la pompe, et ne la laissez pas ouverte pour les autres.'],
  ['es', 'Compruebe la válvula antes de arrancar la bomba y no deje el agua en los tubos por la noche.'],
  ['ru', 'Перед запуском насоса проверьте клапан.'],
  ['und', 'A-1 B-2 C-3 40 kW'],
  ['und', ''],
])('%s: %s', (language, text) => {
  expect(detectLanguage(text)).toBe(language);
});

test('a table has the language of its document, a passage clearly in another language does not', () => {
  expect(detectLanguage('A-1 | 40 kW | 3 bar', 'en')).toBe('en');
  expect(detectLanguage('在启动水泵之前，请先检查阀门。', 'en')).toBe('zh');
  expect(
    detectLanguage(
      'Además, usted reconoce que la concesión del premio y los términos del contrato se rigen por el plan.',
      'en',
    ),
  ).toBe('es');
});
