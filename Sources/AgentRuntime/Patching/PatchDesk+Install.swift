import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

extension PatchDesk {
    /// Looks, fetches, asks, installs, looks.
    func install(_ record: PatchRecord, until: ContinuousClock.Instant) async throws {
        var record = record
        let order = record.order
        let tool = try tool(for: order)
        let process = ToolProcess(log: log(of: order.job))
        let look = try MachineLook(tool)
        record.before = look.states(order.packages)
        try await say(record, .downloading, "It looks at what is there.")
        let broken = try await unfinished(tool, process)
        let wanted = order.packages.filter {
            look.version($0.name, $0.architecture) != nil && (!look.has($0) || broken[$0.name] != nil)
        }
        guard !wanted.isEmpty else {
            return await settle(
                record,
                PatchReport(
                    job: order.job, phase: .done, message: "Nothing of it is missing: nothing was changed.",
                    before: record.before, after: record.before))
        }
        note(order, look, in: process.log)
        try await waitForLocks(tool, record)
        let targets = try await prepare(&record, wanted, tool, look, process)
        try await begin(&record, until: until)
        try await say(record, .installing, "It installs.")
        try await change(targets, tool, process, &record, isBroken: !broken.isEmpty)
        try await finish(&record, tool)
    }

    /// What the server believes to be there may be older than what is.
    private func note(_ order: PatchOrder, _ look: MachineLook, in log: PatchLog) {
        for package in order.packages {
            let version = look.version(package.name, package.architecture)
            guard let expected = package.installed, expected != version else { continue }
            log.note("\(package.name) was expected in version \(expected) and is there in \(version ?? "none")")
        }
    }

    /// Everything that can be done and can go wrong before the machine is changed.
    private func prepare(
        _ record: inout PatchRecord, _ wanted: [PatchOrder.Package], _ tool: any PackageTool, _ look: MachineLook,
        _ process: ToolProcess
    ) async throws -> [ToolTarget] {
        let order = record.order
        var targets = wanted.map { ToolTarget($0) }
        if order.payloads.isEmpty {
            // A repository that does not answer is told when it is missed.
            _ = try await process.run(tool.refresh, limit: settings.downloadLimit)
        } else {
            try checkSpace(tool, order.payloads.reduce(order.diskBytes) { $0 + $1.bytes * 4 })
            targets = try await fetchPayloads(record)
        }
        record.changes = try await plan(tool.plan(targets), tool, look, process)
        for package in wanted {
            let change = record.changes.first { $0.name == package.name && $0.isOf(package.architecture) }
            // What is only half there is not in the plan.
            guard isWanted(change, package, look) || (change == nil && look.has(package)) else {
                throw PatchFailure(
                    "\(package.name) \(package.version ?? "newer than \(package.installed ?? "what is there")") is not to be "
                        + "had: \(tool.program) has \(change?.new ?? "none")")
            }
        }
        if let removed = record.changes.first(where: { $0.new == nil }) {
            throw PatchFailure("\(removed.name) would be removed")
        }
        targets = tool.pinned(targets, record.changes)
        if order.payloads.isEmpty {
            let before = cached(tool)
            try await download(record, targets, tool, process)
            record.downloaded = (record.downloaded ?? []) + cached(tool).subtracting(before).sorted()
        }
        // What is open is known to the journal before anything makes room.
        try journal.save(record)
        try await keepFiles(record, tool, process)
        record.automatic = try await automatic(record, tool, process)
        try journal.save(record)
        return targets
    }

    private func isWanted(_ change: PlannedChange?, _ package: PatchOrder.Package, _ look: MachineLook) -> Bool {
        guard let new = change?.new else { return false }
        if let version = package.version { return new == version }
        return package.installed.map { look.isNewer(new, than: $0) } ?? false
    }

    private func download(
        _ record: PatchRecord, _ targets: [ToolTarget], _ tool: any PackageTool, _ process: ToolProcess
    ) async throws {
        var bytes: Int64 = 0
        if let sizes = tool.sizes(targets) {
            bytes = tool.downloadBytes(in: try await process.run(sizes, limit: .seconds(120)).output) ?? 0
        }
        try checkSpace(tool, record.order.diskBytes + bytes * 4)
        try await say(record, .downloading, "It downloads \(bytes / 1024) KiB.")
        let command = tool.download(targets, bytesPerSecond: record.order.bytesPerSecond)
        let outcome = try await retrying(command, tool, process)
        guard outcome.isGood else {
            throw PatchFailure(
                "the download failed: "
                    + (outcome.isOverdue ? "it took too long" : tool.complaint(in: outcome.output)))
        }
    }

    /// Somebody else may take the lock between a look at it and a command.
    private func retrying(
        _ command: ToolCommand, _ tool: any PackageTool, _ process: ToolProcess
    ) async throws -> ToolProcess.Outcome {
        let end = ContinuousClock.now + settings.lockWait
        while true {
            let outcome = try await process.run(command, limit: settings.downloadLimit)
            guard !outcome.isGood, outcome.output.contains("Could not get lock"), ContinuousClock.now < end else {
                return outcome
            }
            try await Task.sleep(for: .seconds(2))
        }
    }

    /// With the versions that are there, where the tool does not say them.
    func plan(
        _ command: ToolCommand, _ tool: any PackageTool, _ look: MachineLook, _ process: ToolProcess
    ) async throws -> [PlannedChange] {
        let outcome = try await process.run(command, limit: .seconds(300))
        guard tool.isPlan(outcome.status, outcome.output), !outcome.isOverdue else {
            throw PatchFailure("\(tool.program) cannot do it: \(tool.complaint(in: outcome.output))")
        }
        return tool.changes(in: outcome.output).map { change in
            var change = change
            if change.old == nil { change.old = look.version(change.name, change.architecture) }
            return change
        }
    }

    func checkSpace(_ tool: any PackageTool, _ bytes: Int64) throws {
        // The databases are written anew, too.
        let needed = bytes + 32 << 20
        for place in tool.folders + [folder.path] {
            guard let free = MachineLook.free(place), free < needed else { continue }
            throw PatchFailure(
                "\(needed >> 20) MiB are needed in \(place), and \(free >> 20) MiB are free")
        }
    }
}

extension PlannedChange {
    func isOf(_ wanted: String?) -> Bool {
        guard let wanted, let architecture else { return true }
        return wanted == architecture || ["all", "noarch"].contains(architecture)
    }
}
