// Before the first paint, so that nobody is dazzled: the theme that was chosen here, if one was.
try {
  const chosen = localStorage.getItem('reprise.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // Without storage the system's theme holds.
}
