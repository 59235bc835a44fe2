import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

extension PatchDesk {
    /// Goes back to what was there before this deployment: the agent's own note of it, which is exact, before what the order
    /// says.
    func rollBack(_ record: PatchRecord, until: ContinuousClock.Instant) async throws {
        var record = record
        let order = record.order
        let tool = try tool(for: order)
        let process = ToolProcess(log: log(of: order.job))
        record.changes = try snapshot(for: order)
        let look = try MachineLook(tool)
        record.before = look.states(order.packages)
        let broken = try await unfinished(tool, process)
        let (wrong, foreign) = differences(record.changes, look, broken)
        if let other = foreign.first {
            throw PatchFailure(
                "\(other.name) is \(look.version(other.name, other.architecture) ?? "absent"), which this deployment has "
                    + "not brought: somebody has changed it since")
        }
        guard !wrong.isEmpty else {
            return await settle(
                record,
                PatchReport(
                    job: order.job, phase: .rolledBack, message: "Everything is as it was before.",
                    before: record.before, after: record.before))
        }
        try await say(record, .downloading, "It looks for what was there before.")
        try await waitForLocks(tool, record)
        let commands = try await restoring(wrong, tool, look, process)
        try await begin(&record, until: until)
        try await say(record, .installing, "It goes back.")
        for command in commands where record.complaint == nil {
            try await waitForLocks(tool, record)
            try await run(command, tool, process, &record)
        }
        await settle(record, try await verifiedRollback(record, tool, wasInterrupted: false))
    }

    /// Of each package what was there before the first attempt, and what the last one has brought.
    func snapshot(for order: PatchOrder) throws -> [PlannedChange] {
        var found: [PlannedChange] = []
        let attempts = journal.attempts(order.job.deployment)
        for record in attempts {
            for change in record.found ?? record.changes {
                if let place = found.firstIndex(where: { $0.name == change.name && $0.isOf(change.architecture) }) {
                    found[place].new = change.new
                } else {
                    found.append(change)
                }
            }
        }
        // What it has not changed, somebody else has.
        if attempts.contains(where: { $0.found != nil || !$0.changes.isEmpty }) { return found }
        // Another agent has installed it: the machine was enrolled anew.
        return try order.packages.map { package in
            guard let version = package.version else {
                throw PatchFailure("what \(package.name) was before is not known here")
            }
            return PlannedChange(package.name, package.architecture, old: version, new: package.installed)
        }
    }

    /// What is not as it was, and what of it is not of this deployment.
    private func differences(
        _ changes: [PlannedChange], _ look: MachineLook, _ broken: [String: String]
    ) -> (wrong: [PlannedChange], foreign: [PlannedChange]) {
        let wrong = changes.filter {
            look.version($0.name, $0.architecture) != $0.old || broken[$0.name] != nil
        }
        let foreign = wrong.filter {
            let version = look.version($0.name, $0.architecture)
            return version != $0.new && version != $0.old && $0.new != nil && broken[$0.name] == nil
        }
        return (wrong, foreign)
    }

    /// By the files that were kept, else from the repository, which may have the older versions no more.
    private func restoring(
        _ wrong: [PlannedChange], _ tool: any PackageTool, _ look: MachineLook, _ process: ToolProcess
    ) async throws -> [ToolCommand] {
        let targets = wrong.compactMap { change in
            change.old.map {
                ToolTarget(
                    change.name, change.architecture, $0,
                    file: keptFile(change.name, change.architecture, $0, tool))
            }
        }
        if targets.contains(where: { $0.file == nil }) {
            _ = try await process.run(tool.refresh, limit: settings.downloadLimit)
        }
        let added = wrong.filter { $0.old == nil }.map(\.name)
        let others = try await removals(besides: added, tool.planRestore(targets, removing: added), tool, look, process)
        var removed = others
        if removed.isEmpty, !added.isEmpty, let removal = tool.planRemoval(added) {
            // What goes back first needs it no more by then.
            removed = try await removals(besides: added + targets.map(\.name), removal, tool, look, process)
        }
        if removed.isEmpty { return tool.restore(targets, removing: added) }
        // What came with the patch stays where something else needs it by now.
        guard !targets.isEmpty, !added.isEmpty else { throw Self.refusal(removed) }
        let rest = try await removals(besides: [], tool.planRestore(targets, removing: []), tool, look, process)
        // Something needs what the patch brought: it is not taken away from under it.
        guard rest.isEmpty else { throw Self.refusal(rest) }
        process.log.note("\(added.joined(separator: ", ")) stays: something else needs it")
        return tool.restore(targets, removing: [])
    }

    /// What a plan would remove that is not to go.
    private func removals(
        besides names: [String], _ command: ToolCommand, _ tool: any PackageTool, _ look: MachineLook,
        _ process: ToolProcess
    ) async throws -> [String] {
        try await plan(command, tool, look, process).filter { $0.new == nil && !names.contains($0.name) }.map(\.name)
    }

    private static func refusal(_ names: [String]) -> PatchFailure {
        PatchFailure("\(names.joined(separator: ", ")) would be removed, which this deployment has not installed")
    }

    func verifiedRollback(
        _ record: PatchRecord, _ tool: any PackageTool, wasInterrupted: Bool
    ) async throws -> PatchReport {
        try await say(record, .verifying, "It reads back what is there.")
        let look = try MachineLook(tool)
        let broken = try await unfinished(tool, ToolProcess(log: log(of: record.order.job)))
        let (wrong, _) = differences(record.changes.filter { $0.old != nil }, look, broken)
        var words = wrong.map {
            "\($0.name) is \(look.version($0.name, $0.architecture) ?? "absent") and not \($0.old ?? "absent")"
        }
        if !wrong.isEmpty, let complaint = record.complaint { words.append(complaint) }
        if wasInterrupted { words.append("the agent was ended while it did this, and has looked at what came of it") }
        return PatchReport(
            job: record.order.job, phase: wrong.isEmpty ? .rolledBack : .rollbackFailed,
            message: words.isEmpty
                ? "Everything is as it was before." : PatchFailure(words.joined(separator: "; ")).sentence,
            before: record.before, after: look.states(record.order.packages), hasChanged: !wrong.isEmpty)
    }
}
