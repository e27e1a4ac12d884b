import type { Debugger, Profiler } from 'node:inspector';
import type { SessionProtocol } from './session-protocol.js';

interface Script {
  readonly url: string;
  readonly sourceMapUrl: string;
}

/**
 * Names of scripts. Engines list all of them to debuggers only, and read every script for that, so the list of those
 * whose functions have run is asked first; it costs a fifth.
 */
export class SessionScripts {
  private executed: ReadonlyMap<string, string> | undefined;
  private parsed: ReadonlyMap<string, Script> | undefined;

  constructor(private readonly protocol: SessionProtocol) {}

  executedUrlOf(scriptId: string): string | undefined {
    return this.executedScripts().get(scriptId);
  }

  urlOf(scriptId: string): string | undefined {
    const url = this.executedScripts().get(scriptId) ?? this.parsedScripts().get(scriptId)?.url;
    return url === '' ? undefined : url;
  }

  sourceMapUrlOf(scriptId: string): string | undefined {
    const url = this.parsedScripts().get(scriptId)?.sourceMapUrl;
    return url === '' ? undefined : url;
  }

  textOf(scriptId: string): string | undefined {
    if (!this.parsedScripts().has(scriptId)) return undefined;
    return this.protocol.ask<Debugger.GetScriptSourceReturnType>('Debugger.getScriptSource', { scriptId }).scriptSource;
  }

  /** Without enabling the profiler: what another session measures goes on. */
  private executedScripts(): ReadonlyMap<string, string> {
    if (!this.executed) {
      const answer = this.protocol.ask<Profiler.GetBestEffortCoverageReturnType>('Profiler.getBestEffortCoverage');
      this.executed = new Map(answer.result.map(({ scriptId, url }) => [scriptId, url]));
    }
    return this.executed;
  }

  private parsedScripts(): ReadonlyMap<string, Script> {
    if (!this.parsed) {
      const scripts = new Map<string, Script>();
      this.protocol.session.on('Debugger.scriptParsed', ({ params: { scriptId, url, sourceMapURL = '' } }) =>
        scripts.set(scriptId, { url, sourceMapUrl: sourceMapURL }),
      );
      this.protocol.ask('Debugger.enable');
      // This debugger lets everything pass.
      this.protocol.ask('Debugger.setSkipAllPauses', { skip: true });
      this.parsed = scripts;
    }
    return this.parsed;
  }
}
