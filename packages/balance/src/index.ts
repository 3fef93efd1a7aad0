/**
 * @packageDocumentation
 * Many servers behind one client: discovery, policies, hedging, and the ejection of those that fail.
 */
export { balance, type BalancedChannel } from './balanced-channel.js';
export type { BalanceOptions, HedgeOptions } from './options.js';
export type { BalanceEvent, BalanceListener } from './events.js';
export type { BalancePorts } from './ports.js';
export type { BalanceStats, TargetState, TargetStats } from './stats.js';
export type { Target } from './target/target.js';
export type { Discovery } from './discovery/discovery.js';
export { list } from './discovery/list.js';
export { dns, type DnsOptions } from './discovery/dns.js';
export { srv } from './discovery/srv.js';
export type { DnsResolver, LookupOptions, SrvRecord } from './discovery/resolver.js';
export type { CallToPlace, Candidate, Policy } from './policies/policy.js';
export { powerOfTwo } from './policies/power-of-two.js';
export { roundRobin } from './policies/round-robin.js';
export { rendezvous, type RendezvousKey } from './policies/rendezvous.js';
export type { EjectionOptions, FailurePercentageOptions, SuccessRateOptions } from './ejection/options.js';
