import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

extension PatchDesk {
    /// The tool has ended: reads back what is there, restarts where the order wants it, and says what came of it.
    func finish(_ record: inout PatchRecord, _ tool: any PackageTool, wasInterrupted: Bool = false) async throws {
        let report = try await verified(&record, tool, wasInterrupted)
        guard report.phase == .done, record.stage != .rebooting else { return await settle(record, report) }
        let need = try await restartNeed(record, tool)
        var done = report
        switch record.order.reboot.mode {
        case .never: done.awaitsReboot = need != nil
        case .ifNeeded where need == nil: break
        case .ifNeeded, .forced: return try await restart(&record, need ?? "the order wants it", report)
        }
        if let need, done.awaitsReboot { done.message += " It takes effect with the next restart: \(need)." }
        await settle(record, done)
    }

    /// What is installed is installed, also where it cannot be found out whether it takes effect.
    private func restartNeed(_ record: PatchRecord, _ tool: any PackageTool) async throws -> String? {
        let process = ToolProcess(log: log(of: record.order.job))
        do {
            return try await RestartNeed.reason(record.found ?? record.changes, tool, process)
        } catch let error as CancellationError {
            throw error
        } catch {
            process.log.note("whether a restart is needed is not known: \(Self.sentence(error))")
            return nil
        }
    }

    /// What is there now, as an outcome. The tool's exit code has no part in it.
    func verified(
        _ record: inout PatchRecord, _ tool: any PackageTool, _ wasInterrupted: Bool
    ) async throws -> PatchReport {
        try await say(record, .verifying, "It reads back what is there.")
        let process = ToolProcess(log: log(of: record.order.job))
        let look = try MachineLook(tool)
        let broken = try await unfinished(tool, process)
        let order = record.order
        if record.found == nil { record.found = found(record, look, broken, wasInterrupted: wasInterrupted) }
        let present = order.packages.filter { package in
            record.before.contains { $0.name == package.name && $0.version != nil }
        }.map { package in
            // Where no version is named, it is the one that was planned.
            var package = package
            package.version =
                package.version
                ?? record.changes.first { $0.name == package.name && $0.isOf(package.architecture) }?.new
            return package
        }
        let missing = present.filter { !look.has($0) || broken[$0.name] != nil }
        let after = look.states(order.packages)
        let isChanged = (record.found ?? []).contains {
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
        let minutes = record.order.reboot.noticeMinutes
        do {
            var going = record
            going.stage = .rebooting
            going.boot = ProcessMark.currentBoot
            // Not written down, it would be begun again after it.
            try journal.save(going)
            record = going
            try await say(record, .rebooting, "The machine is restarted in \(minutes) minutes: \(need).")
            let process = ToolProcess(log: log(of: record.order.job))
            let outcome = try await process.run(RestartNeed.command(minutes: minutes), limit: .seconds(60))
            guard outcome.isGood else { throw PatchFailure("shutdown ended with status \(outcome.status)") }
        } catch let error as CancellationError {
            throw error
        } catch {
            return await withoutRestart(record, report, "The restart cannot be begun: \(Self.sentence(error))")
        }
        awaitRestart(record, report)
    }

    func withoutRestart(_ record: PatchRecord, _ report: PatchReport, _ reason: String) async {
        var report = report
        report.awaitsReboot = true
        report.message += " \(reason.hasSuffix(".") ? reason : reason + ".") It takes effect with the next one."
        await settle(record, report)
    }

    /// Something went wrong behind the server's word: what there is is the outcome, and not that.
    func judge(_ record: PatchRecord, _ reason: String) async {
        var record = record
        let order = record.order
        do {
            let tool = try tool(for: order)
            try await waitForTool(record, tool)
            var report: PatchReport
            switch order.job.kind {
            case .install: report = try await verified(&record, tool, false)
            case .rollback: report = try await verifiedRollback(record, tool, wasInterrupted: false)
            }
            report.message += " \(reason)"
            if report.phase == .done {
                report.awaitsReboot = order.reboot.mode == .forced
                if let need = try await restartNeed(record, tool) {
                    report.awaitsReboot = true
                    report.message += " It takes effect with the next restart: \(need)."
                }
            }
            await settle(record, report)
        } catch is CancellationError {
            return
        } catch {
            await settle(
                record,
                PatchReport(
                    job: order.job, phase: order.job.kind == .install ? .failed : .rollbackFailed,
                    message: "\(reason) What is there now cannot be read: \(Self.sentence(error))",
                    before: record.before, hasChanged: true))
        }
    }

    /// A job whose record cannot be read: whether it was begun is not known. It is looked at, and not begun.
    func lookAfter(_ order: PatchOrder) async {
        let reason = "The record of this job cannot be read: it was not begun again, and this is what is there."
        var record = PatchRecord(number: journal.nextNumber, order: order)
        record.stage = .permitted
        record.before = order.packages.map {
            .init(name: $0.name, architecture: $0.architecture, version: $0.installed ?? $0.version)
        }
        do {
            let tool = try tool(for: order)
            try await waitForTool(record, tool)
            let look = try MachineLook(tool)
            switch order.job.kind {
            case .rollback:
                record.changes = try snapshot(for: order)
                await judge(record, reason)
            case .install:
                record.before = look.states(order.packages)
                var report = try await verified(&record, tool, false)
                // What it has brought besides is not known: a rollback goes by what the server knows.
                record.found = nil
                report.before = order.packages.map {
                    .init(name: $0.name, architecture: $0.architecture, version: $0.installed)
                }
                report.message += " \(reason)"
                report.hasChanged = order.packages.contains {
                    $0.installed == nil || look.version($0.name, $0.architecture) != $0.installed
                }
                await settle(record, report)
            }
        } catch is CancellationError {
            return
        } catch {
            await judge(record, reason)
        }
    }

    /// What another process of this agent had begun is looked at, and not begun anew.
    func resume(_ record: PatchRecord) async {
        var record = record
        let order = record.order
        do {
            let tool = try tool(for: order)
            let process = ToolProcess(log: log(of: order.job))
            if record.stage == .rebooting {
                let report = try await verified(&record, tool, false)
                if record.boot == ProcessMark.currentBoot { return awaitRestart(record, report) }
                return await settle(record, report)
            }
            if record.stage == .permitted {
                try await waitForTool(record, tool)
                process.log.end()
                if try await !unfinished(tool, process).isEmpty { try await repair(tool, process) }
                await restoreOrigins(record, tool, process)
                record.stage = .installed
                do { try journal.save(record) } catch { note(error.message) }
            }
            switch order.job.kind {
            case .install: try await finish(&record, tool, wasInterrupted: true)
            case .rollback: await settle(record, try await verifiedRollback(record, tool, wasInterrupted: true))
            }
        } catch is CancellationError {
            return
        } catch {
            await judge(record, Self.sentence(error))
        }
    }
}
