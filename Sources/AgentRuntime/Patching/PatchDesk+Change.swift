import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

extension PatchDesk {
    /// What was there right before the machine was changed.
    static let snapshotFile = "before.json"

    /// Installs exactly what was planned, in a moment when nobody else works, after it has noted what is there.
    func change(
        _ targets: [ToolTarget], _ tool: any PackageTool, _ process: ToolProcess, _ record: inout PatchRecord,
        isBroken: Bool
    ) async throws {
        let end = ContinuousClock.now + settings.lockWait
        while true {
            try await waitForLocks(tool, record)
            let look = try MachineLook(tool)
            record.before = look.states(record.order.packages)
            try journal.folder(of: record.order.job).write(AgentJSON.encode(look.everything), to: Self.snapshotFile)
            // What somebody else has left half done is in the way of everything.
            if isBroken { try await repair(tool, process) }
            try await check(targets, tool, look, process, record)
            let outcome = try await run(tool.install(targets), tool, process, &record)
            // Somebody took the lock meanwhile, and the tool did nothing.
            guard !outcome.isGood, tool.isLocked(outcome.output), ContinuousClock.now < end else { break }
            record.complaint = nil
        }
        await restoreOrigins(record, tool, process)
    }

    /// The repository may have changed while the server's word was waited for.
    private func check(
        _ targets: [ToolTarget], _ tool: any PackageTool, _ look: MachineLook, _ process: ToolProcess,
        _ record: PatchRecord
    ) async throws {
        for change in try await plan(tool.plan(targets), tool, look, process) {
            let isPlanned = record.changes.contains {
                $0.name == change.name && $0.architecture == change.architecture && $0.new == change.new
            }
            guard isPlanned else {
                throw PatchFailure(
                    "the repository has changed since this was planned: \(change.name) would be "
                        + (change.new ?? "removed"))
            }
        }
    }

    /// Changes the machine.
    @discardableResult
    func run(
        _ command: ToolCommand, _ tool: any PackageTool, _ process: ToolProcess, _ record: inout PatchRecord
    ) async throws -> ToolProcess.Outcome {
        var marked = record
        let outcome = try await process.run(command, limit: settings.installLimit) { pid in
            marked.tool = ProcessMark(pid)
            // It runs already: a disk that is full is no reason not to wait for it.
            do { try journal.save(marked) } catch { process.log.note("\(error)") }
        }
        record.tool = marked.tool
        if !outcome.isGood {
            record.complaint =
                outcome.isOverdue
                ? "\(tool.program) did not end in \(Int(settings.installLimit / .seconds(60))) minutes"
                : "\(tool.program) ended with status \(outcome.status): \(tool.complaint(in: outcome.output))"
            if tool.isLocked(outcome.output) { return outcome }
            try await repair(tool, process)
        }
        record.stage = .installed
        // The next process would look for itself.
        do { try journal.save(record) } catch { note(error.message) }
        return outcome
    }

    /// What was left half done is carried through, where that is possible.
    func repair(_ tool: any PackageTool, _ process: ToolProcess) async throws {
        for command in tool.repair { _ = try await process.run(command, limit: settings.installLimit) }
    }

    /// Of what changes, what nobody asked for, and what only comes because something else needs it.
    func automatic(
        _ record: PatchRecord, _ tool: any PackageTool, _ process: ToolProcess
    ) async throws -> [String] {
        let ordered = Set(record.order.packages.map(\.name))
        let coming = record.changes.filter { $0.old == nil && !ordered.contains($0.name) }.map(\.name)
        guard let origins = tool.origins else { return coming }
        let output = try await process.run(origins, limit: .seconds(120)).output
        return coming + tool.automatic(record.changes.filter { $0.old != nil }.map(\.name), in: output)
    }

    /// A package that was named is not one that somebody asked for: what nobody needs can still be found. That it cannot be
    /// marked is no failure.
    func restoreOrigins(_ record: PatchRecord, _ tool: any PackageTool, _ process: ToolProcess) async {
        guard let look = try? MachineLook(tool) else { return }
        let names = (record.automatic ?? []).filter { look.version($0, nil) != nil }
        guard !names.isEmpty, let command = tool.markAutomatic(names) else { return }
        do { _ = try await process.run(command, limit: .seconds(120)) } catch { process.log.note("\(error)") }
    }

    /// What a job has changed: not what was planned, and not what a tool has said.
    ///
    /// - Parameter wasInterrupted: others may have changed something since, which is not taken back with it.
    func found(
        _ record: PatchRecord, _ look: MachineLook, _ broken: [String: String], wasInterrupted: Bool
    ) -> [PlannedChange] {
        let place = journal.folder(of: record.order.job)
        let before = (try? place.read(Self.snapshotFile)).flatMap {
            try? AgentJSON.decode([PatchReport.PackageState].self, from: $0)
        }
        guard let before else {
            return record.changes.compactMap { planned in
                let version = look.version(planned.name, planned.architecture)
                guard version != planned.old || broken[planned.name] != nil else { return nil }
                return PlannedChange(planned.name, planned.architecture, old: planned.old, new: planned.new)
            }
        }
        func planned(_ change: PlannedChange) -> PlannedChange? {
            record.changes.first { $0.name == change.name && $0.isOf(change.architecture) }
        }
        // What came and was not planned is another's, whatever it is.
        var changes = look.differences(from: before).filter { $0.old != nil || planned($0) != nil }
        if wasInterrupted {
            changes = changes.compactMap { change in
                planned(change).map { PlannedChange(change.name, change.architecture, old: change.old, new: $0.new) }
            }
        }
        let half = record.changes.filter { one in
            broken[one.name] != nil && !changes.contains { $0.name == one.name && one.isOf($0.architecture) }
        }
        return changes + half
    }

    /// A tool outlives its agent; what it has not done yet it does. One that another process of the agent has started, and
    /// had no time to write down, is found by what stands in its environment.
    func waitForTool(_ record: PatchRecord, _ tool: any PackageTool) async throws {
        try await waitForOwn(record, tool)
        let end = ContinuousClock.now + settings.lockWait
        while ToolLock.holder(of: tool.locks) != nil, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Until no tool of a job runs. One that does not end is ended: there are never two.
    func waitForOwn(_ record: PatchRecord, _ tool: any PackageTool) async throws {
        let programs = Set([tool.program] + tool.repair.map(\.program))
        let job = log(of: record.order.job).job
        func running() -> pid_t? {
            if let mark = record.tool, mark.isAlive { return mark.pid }
            return ProcessMark.running(of: job, programs)
        }
        let end = ContinuousClock.now + settings.installLimit
        while let pid = running() {
            if ContinuousClock.now > end {
                kill(-pid, SIGKILL)
                kill(pid, SIGKILL)
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
