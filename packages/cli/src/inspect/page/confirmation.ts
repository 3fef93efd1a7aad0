import { byId } from './dom.js';

/** Methods that were run and need not be asked about again, by name. */
const trusted = new Set<string>();

/** Asks whether a method may run that is not declared as one that may run twice. */
export function mayRun(name: string, delivery: string): Promise<boolean> {
  if (delivery === 'idempotent' || trusted.has(name)) return Promise.resolve(true);
  const dialog = byId('confirmation') as HTMLDialogElement;
  const always = byId('confirmation-always') as HTMLInputElement;
  byId('confirmation-text').textContent = `${name} is declared ${delivery}, so that it may change something. Run it?`;
  always.checked = false;
  dialog.returnValue = '';
  dialog.showModal();
  byId('confirmation-no').focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        const runs = dialog.returnValue === 'run';
        if (runs && always.checked) trusted.add(name);
        resolve(runs);
      },
      { once: true },
    );
  });
}
