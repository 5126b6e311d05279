/** Texts of several kinds and lengths in English and Chinese, for measuring a model if the user gives none. */
export const SAMPLE_TEXTS: readonly string[] = [
  'How often does the hydraulic press need fresh oil?',
  'The hydraulic press takes fresh oil every four hundred hours of work, and after each change of the cylinder seals.',
  'Where are invoices over ten thousand euros approved?',
  'Invoices above 10,000 euros are approved by the head of finance; smaller ones by whoever ordered the goods. Both within five working days.',
  'reset password',
  'To set a new password, open Settings, choose Security, and follow the link that is sent to your address. It is good for one hour.',
  'What does the warranty cover?',
  'Parts that wear in normal use, such as belts, brushes and filters, are outside the two-year warranty.',
  '液压机多久需要更换一次机油？',
  '液压机每工作四百小时，以及每次更换油缸密封件之后，都应更换机油。',
  '超过一万元的发票由谁审批？',
  '一万元以上的发票由财务负责人审批，其余由采购人审批，均须在五个工作日内完成。',
  '忘记密码怎么办',
  '请打开“设置”，选择“安全”，并使用发送到您邮箱的链接设置新密码。该链接一小时内有效。',
  '保修范围包括哪些内容？',
  '皮带、碳刷、滤网等正常使用中磨损的零件不在两年保修范围之内。',
];
