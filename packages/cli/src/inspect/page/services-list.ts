import type { ShownMethod, ShownService } from '../shared/messages.js';
import { button, element } from './dom.js';

/** A method, and the service that it is of. */
export interface Chosen {
  readonly service: ShownService;
  readonly method: ShownMethod;
}

/** The services of an endpoint and their methods, to choose one from. */
export class ServicesList {
  readonly element: HTMLElement;
  readonly #groups = element('div');
  readonly #filter = element('input', { 'type': 'search', 'aria-label': 'filter methods', 'placeholder': 'filter' });
  readonly #choose: (chosen: Chosen) => void;
  #services: readonly ShownService[] = [];
  #chosen = '';

  constructor(choose: (chosen: Chosen) => void) {
    this.#choose = choose;
    this.#filter.addEventListener('input', () => this.#draw());
    this.element = element('nav', { 'aria-label': 'services' }, this.#filter, this.#groups);
  }

  show(services: readonly ShownService[]): void {
    this.#services = services;
    this.#draw();
  }

  find(name: string): Chosen | undefined {
    return this.#all().find((chosen) => nameOf(chosen) === name);
  }

  mark(name: string): void {
    this.#chosen = name;
    for (const each of this.#groups.querySelectorAll('button')) {
      if (each.dataset.method === name) each.setAttribute('aria-current', 'true');
      else each.removeAttribute('aria-current');
    }
  }

  #all(): Chosen[] {
    return this.#services.flatMap((service) => service.methods.map((method) => ({ service, method })));
  }

  #draw(): void {
    const wanted = this.#filter.value.trim().toLowerCase();
    const groups = this.#services.map((service) => {
      const methods = service.methods.filter((method) =>
        `${service.name}.${method.name}`.toLowerCase().includes(wanted),
      );
      if (methods.length === 0) return undefined;
      const items = methods.map((method) => element('li', {}, this.#item({ service, method })));
      const version = service.version === undefined ? undefined : element('small', {}, ` ${service.version}`);
      return element(
        'section',
        {},
        element('h3', { title: service.doc }, service.name, version),
        element('ul', {}, ...items),
      );
    });
    this.#groups.replaceChildren(...groups.filter((group) => group !== undefined));
    this.mark(this.#chosen);
  }

  #item(chosen: Chosen): HTMLElement {
    const { name, parameters, delivery } = chosen.method;
    const text = `${name}(${parameters.map((parameter) => parameter.name).join(', ')})`;
    return button(text, () => this.#choose(chosen), { 'data-method': nameOf(chosen), 'title': delivery });
  }
}

export function nameOf({ service, method }: Chosen): string {
  return `${service.name}.${method.name}`;
}
