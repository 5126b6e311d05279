import type { Client } from '@temporalio/client';
import { Fault } from '../core/contracts/fault.ts';
import { deploymentNameIn, deploymentOf } from '../core/contracts/tenant.ts';
import { isNotFound, serviceFault } from './service-fault.ts';
import type { TenantNames } from './tenant-names.ts';

/** A version of the workers' code. */
export interface DeploymentVersion {
  readonly buildId: string;
  /**
   * `current`: new runs begin with it. `draining`: runs that began with it are open. `drained`: none is, so that its
   * workers can go. `inactive`: it was never current.
   */
  readonly state: 'current' | 'ramping' | 'draining' | 'drained' | 'inactive';
  /** When its first worker was seen. */
  readonly createdAt: Date;
}

/** Workers that are updated together: `hone worker --deployment NAME`. */
export interface Deployment {
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly DeploymentVersion[];
}

/** Values of Temporal's WorkerDeploymentVersionStatus. */
const STATES: Readonly<Record<number, DeploymentVersion['state']>> = {
  1: 'inactive',
  2: 'current',
  3: 'ramping',
  4: 'draining',
  5: 'drained',
};

/** Versions of workers that use Temporal's worker versioning. Every method throws a `Fault` as those of `Hone` do. */
export class Deployments {
  readonly #client: Client;
  readonly #server: string;
  readonly #tenant: string;

  constructor(client: Client, server: string, { tenant }: TenantNames) {
    this.#client = client;
    this.#server = server;
    this.#tenant = tenant;
  }

  /** All deployments of the tenant, with their versions. */
  async list(): Promise<Deployment[]> {
    const namespace = this.#client.options.namespace;
    const { workflowService } = this.#client;
    return this.#call(async () => {
      const names: string[] = [];
      let nextPageToken = new Uint8Array();
      do {
        const page = await workflowService.listWorkerDeployments({ namespace, nextPageToken });
        names.push(...page.workerDeployments.flatMap(({ name }) => deploymentNameIn(this.#tenant, name ?? '') ?? []));
        nextPageToken = Uint8Array.from(page.nextPageToken);
      } while (nextPageToken.length > 0);
      const described = await Promise.all(names.sort().map((name) => this.#describe(name)));
      return described.filter((deployment) => deployment !== undefined);
    });
  }

  /**
   * Has new runs begin with a version. Runs that have begun stay with theirs.
   * @param name Default: the only deployment that there is.
   * @param buildId Default: the newest version.
   * @returns the build id that is current now.
   * @throws Fault `input` if there is no such deployment or version.
   */
  async promote({ name, buildId }: { name?: string | undefined; buildId?: string | undefined } = {}): Promise<string> {
    const deployments = await this.list();
    const deployment =
      deployments.find((one) => one.name === name) ?? (name === undefined ? deployments[0] : undefined);
    if (!deployment || (name === undefined && deployments.length > 1)) throw noSuchDeployment(name, deployments);
    const version = deployment.versions.find((one) => one.buildId === buildId || buildId === undefined);
    if (!version) {
      const known = deployment.versions.map((one) => one.buildId).join(', ');
      const message = `The deployment ${deployment.name} has no version ${buildId}.`;
      throw new Fault('input', message, `It has ${known}; a version is known once a worker of it runs.`);
    }
    const request = {
      namespace: this.#client.options.namespace,
      deploymentName: deploymentOf(this.#tenant, deployment.name),
      buildId: version.buildId,
      identity: this.#client.options.identity,
    };
    await this.#call(() => this.#client.workflowService.setWorkerDeploymentCurrentVersion(request));
    return version.buildId;
  }

  /** @returns undefined if the deployment was deleted since it was listed. */
  async #describe(name: string): Promise<Deployment | undefined> {
    const deploymentName = deploymentOf(this.#tenant, name);
    const namespace = this.#client.options.namespace;
    const described = await this.#client.workflowService
      .describeWorkerDeployment({ namespace, deploymentName })
      .catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    if (described === undefined) return undefined;
    const { workerDeploymentInfo } = described;
    const versions = (workerDeploymentInfo?.versionSummaries ?? []).map(
      ({ deploymentVersion, status, createTime }): DeploymentVersion => ({
        buildId: deploymentVersion?.buildId ?? '',
        state: STATES[status ?? 0] ?? 'inactive',
        createdAt: new Date(Number(createTime?.seconds ?? 0) * 1000 + (createTime?.nanos ?? 0) / 1e6),
      }),
    );
    versions.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    return { name, versions };
  }

  async #call<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await this.#client.withDeadline(Date.now() + 10_000, request);
    } catch (error) {
      throw serviceFault(error, this.#server);
    }
  }
}

function noSuchDeployment(name: string | undefined, deployments: readonly Deployment[]): Fault {
  if (deployments.length === 0) {
    const advice = 'Start workers with `hone worker --deployment NAME`.';
    return new Fault('input', 'No worker of this server belongs to a deployment.', advice);
  }
  const known = deployments.map((one) => one.name).join(', ');
  const message = name === undefined ? 'There are several deployments.' : `There is no deployment ${name}.`;
  return new Fault('input', message, `Name one of ${known} with --deployment.`);
}
