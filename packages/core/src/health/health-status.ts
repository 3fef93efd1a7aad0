/** The words of gRPC's health protocol: whether a service can be called, cannot be called now, or is not there at all. */
export type HealthStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

/** What a program can say of a service of its own. */
export type SettableStatus = Exclude<HealthStatus, 'SERVICE_UNKNOWN'>;
