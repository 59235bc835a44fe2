import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

extension PatchDesk {
    /// The tool has ended: reads back what is there, restarts where the order wants it, and says what came of it.
    func finish(_ record: inout PatchRecord, _ tool: any PackageTool, wasInterrupted: Bool = false) async throws {
        let report = try await verified(record, tool, wasInterrupted)
        guard report.phase == .done, record.stage != .rebooting else { return await settle(record, report) }
        let process = ToolProcess(log: log(of: record.order.job))
        let need = try await RestartNeed.reason(record.changes, tool, process)
        var done = report
        switch record.order.reboot.mode {
        case .never: done.awaitsReboot = need != nil
        case .ifNeeded where need == nil: break
        case .ifNeeded, .forced: return try await restart(&record, need ?? "the order wants it", report)
        }
        if let need, done.awaitsReboot { done.message += " It takes effect with the next restart: \(need)." }
        await settle(record, done)
    }

    /// What is there now, as an outcome. The tool's exit code has no part in it.
    func verified(
        _ record: PatchRecord, _ tool: any PackageTool, _ wasInterrupted: Bool
    ) async throws -> PatchReport {
        try await say(record, .verifying, "It reads back what is there.")
        let process = ToolProcess(log: log(of: record.order.job))
        let look = try MachineLook(tool)
        let broken = try await unfinished(tool, process)
        let order = record.order
        let present = order.packages.filter { package in
            record.before.contains { $0.name == package.name && $0.version != nil }
        }
        let missing = present.filter { !look.has($0) || broken[$0.name] != nil }
        let after = look.states(order.packages)
        let isChanged = record.changes.contains {
            look.version($0.name, $0.architecture) != $0.old || broken[$0.name] != nil
        }
        var words = missing.map { package in
            let version = look.version(package.name, package.architecture) ?? "absent"
            return broken[package.name].map { "\(package.name) \(version) is \($0)" }
                ?? "\(package.name) is \(version) and not \(package.version ?? "newer")"
        }
        if let complaint = record.complaint { words.append(complaint) }
        if wasInterrupted { words.append("the agent was ended while it did this, and has looked at what came of it") }
        let sentence = PatchFailure(words.joined(separator: "; ")).sentence
        return PatchReport(
            job: order.job, phase: missing.isEmpty ? .done : .failed,
            message: words.isEmpty
                ? "Installed: \(after.map { "\($0.name) \($0.version ?? "absent")" }.joined(separator: ", "))."
                : sentence,
            before: record.before, after: after, hasChanged: isChanged)
    }

    private func restart(_ record: inout PatchRecord, _ need: String, _ report: PatchReport) async throws {
        record.stage = .rebooting
        record.boot = ProcessMark.currentBoot
        try journal.save(record)
        let minutes = record.order.reboot.noticeMinutes
        try await say(record, .rebooting, "The machine is restarted in \(minutes) minutes: \(need).")
        let process = ToolProcess(log: log(of: record.order.job))
        let outcome = try await process.run(RestartNeed.command(minutes: minutes), limit: .seconds(60))
        guard outcome.isGood else {
            return await withoutRestart(record, report, "The restart cannot be begun")
        }
        try await awaitRestart(record, report)
    }

    /// The machine goes down in the middle of this.
    private func awaitRestart(_ record: PatchRecord, _ report: PatchReport) async throws {
        try await Task.sleep(
            for: .seconds(60 * record.order.reboot.noticeMinutes) + settings.restartWait)
        await withoutRestart(record, report, "The restart did not come about")
    }

    private func withoutRestart(_ record: PatchRecord, _ report: PatchReport, _ reason: String) async {
        var report = report
        report.awaitsReboot = true
        report.message += " \(reason); it takes effect with the next one."
        await settle(record, report)
    }

    /// What another process of this agent had begun is looked at, and not begun anew.
    func resume(_ record: PatchRecord) async {
        var record = record
        let order = record.order
        do {
            let tool = try tool(for: order)
            let process = ToolProcess(log: log(of: order.job))
            if record.stage == .rebooting {
                let report = try await verified(record, tool, false)
                if record.boot == ProcessMark.currentBoot { return try await awaitRestart(record, report) }
                return await settle(record, report)
            }
            if record.stage == .permitted {
                try await waitForTool(record, tool)
                process.log.end()
                if try await !unfinished(tool, process).isEmpty { try await repair(tool, process) }
                record.stage = .installed
                try journal.save(record)
            }
            switch order.job.kind {
            case .install: try await finish(&record, tool, wasInterrupted: true)
            case .rollback: await settle(record, try await verifiedRollback(record, tool, wasInterrupted: true))
            }
        } catch is CancellationError {
            return
        } catch {
            let reason = (error as? PatchFailure)?.sentence ?? "\(error)"
            await settle(
                record,
                PatchReport(
                    job: order.job, phase: order.job.kind == .install ? .failed : .rollbackFailed, message: reason,
                    before: record.before, hasChanged: true))
        }
    }

    /// A tool outlives its agent; what it has not done yet it does.
    private func waitForTool(_ record: PatchRecord, _ tool: any PackageTool) async throws {
        let end = ContinuousClock.now + settings.installLimit
        while record.tool?.isAlive == true || MachineLook.holder(of: tool.locks) != nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
