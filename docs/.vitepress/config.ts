import { defineConfig } from 'vitepress'

/** The site that `npm run docs` makes of these folders; nothing in it is fetched from elsewhere. */
export default defineConfig({
  title: 'reprise',
  description: 'Records what changes a backend, and plays it again when the backend forgets.',
  lang: 'en',
  cleanUrls: false,
  cacheDir: '../node_modules/.cache/vitepress',
  // Links that lead nowhere fail the build, which is VitePress's own rule.
  ignoreDeadLinks: [/^https?:\/\/(127\.0\.0\.1|localhost)/],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 2],
    nav: [
      { text: 'Getting started', link: '/getting-started' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Errors', link: '/errors' },
      { text: 'Comparison', link: '/comparison' },
    ],
    sidebar: [
      {
        text: 'Begin',
        items: [
          { text: 'What it is', link: '/what' },
          { text: 'Getting started', link: '/getting-started' },
          { text: 'The promises', link: '/promises' },
          { text: 'Comparison', link: '/comparison' },
        ],
      },
      {
        text: 'Three uses',
        items: [
          { text: 'In front of a service', link: '/in-front' },
          { text: 'At the prompt', link: '/prompt' },
          { text: 'Tests in CI', link: '/ci' },
          { text: 'Tests in Node', link: '/node' },
        ],
      },
      {
        text: 'In depth',
        items: [
          { text: 'What is recorded', link: '/recording' },
          { text: 'How a replay goes', link: '/replay' },
          { text: 'Generated values', link: '/aliases' },
          { text: 'It restores by itself', link: '/restore' },
          { text: 'Checkpoints and compaction', link: '/compaction' },
          { text: 'A failure, again', link: '/failures' },
          { text: 'The page and the API', link: '/page' },
          { text: 'On the wire', link: '/wire' },
        ],
      },
      {
        text: 'Operation',
        items: [
          { text: 'Deployment', link: '/deployment' },
          { text: 'Watching it', link: '/operation' },
          { text: 'What to do when', link: '/runbook' },
          { text: 'Several cores', link: '/workers' },
          { text: 'Security', link: '/security' },
          { text: 'Rights in PostgreSQL', link: '/rights' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Configuration', link: '/configuration' },
          { text: 'Commands', link: '/commands' },
          { text: 'Errors', link: '/errors' },
          { text: 'Journal files', link: '/journal-files' },
          { text: 'Formats of other programs', link: '/formats' },
          { text: 'The journal by SQL', link: '/sql' },
        ],
      },
      {
        text: 'Decisions',
        collapsed: true,
        items: [
          { text: '001 Forwarding engine', link: '/decisions/001-forwarding-engine' },
          { text: '002 Spool store', link: '/decisions/002-spool-store' },
          { text: '003 HTTP/1.1 of our own', link: '/decisions/003-own-http1' },
          { text: '004 Epochs', link: '/decisions/004-epochs' },
          { text: '005 Live aliases', link: '/decisions/005-live-aliases' },
          { text: '006 Compaction', link: '/decisions/006-compaction' },
          { text: '007 Paths in short', link: '/decisions/007-shapes' },
        ],
      },
    ],
  },
})
