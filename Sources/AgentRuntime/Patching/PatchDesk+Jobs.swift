import AgentProtocol
import Domain
import FoundationEssentials
import Glibc

/// The server, or the clock, has taken a job back before anything was changed.
struct PatchWithdrawal: Error {
    let reason: String
}

extension PatchDesk {
    /// Does a job from its beginning to its outcome, or until it is taken back.
    func perform(_ item: Item) async {
        let job = item.order.job
        note(
            "\(job.kind.rawValue) \(job): \(item.order.packages.map { "\($0.name) \($0.version ?? "")" }.joined(separator: ", "))"
        )
        if journal.unreadable.contains(job) { return await lookAfter(item.order) }
        do {
            let record = try journal.open(item.order)
            // What another process of this agent has begun to download, or to plan, it still does.
            try await waitForOwn(record, try tool(for: item.order))
            switch job.kind {
            case .install: try await install(record, until: item.until)
            case .rollback: try await rollBack(record, until: item.until)
            }
        } catch let withdrawal as PatchWithdrawal {
            note("\(job) is left: \(withdrawal.reason)")
        } catch is CancellationError {
            // The tool goes on; the next process looks at what it did.
        } catch {
            await fail(job, item.order, error)
        }
    }

    /// A failure before the server's word has changed nothing; behind it, what there is says what came of it.
    private func fail(_ job: PatchJob, _ order: PatchOrder, _ error: any Error) async {
        let record = journal[job] ?? PatchRecord(number: journal.nextNumber, order: order)
        guard record.stage == .accepted else { return await judge(record, Self.sentence(error)) }
        let after = (try? tool(for: order)).flatMap { try? MachineLook($0).states(order.packages) } ?? []
        await settle(
            record,
            PatchReport(
                job: job, phase: job.kind == .install ? .failed : .rollbackFailed, message: Self.sentence(error),
                before: record.before, after: after))
    }

    static func sentence(_ error: any Error) -> String {
        switch error {
        case let failure as PatchFailure: failure.sentence
        case let error as AgentError: error.message
        default: "\(error)."
        }
    }

    /// The outcome is on the disk before it is told. Where the disk takes nothing more, the server is told at once.
    func settle(_ record: PatchRecord, _ report: PatchReport) async {
        var (record, report) = (record, report)
        report.log = log(of: record.order.job).tail
        record.outcome = report
        record.owesLog = true
        note("\(record.order.job): \(report.phase.rawValue): \(report.message)")
        // First, because it may make room for the rest.
        cleanUp(record)
        let isKept: Bool
        do {
            try journal.save(record)
            try? journal.folder(of: record.order.job).remove(Self.snapshotFile)
            isKept = true
        } catch {
            note(error.message)
            isKept = false
        }
        if report.phase == .done || report.phase == .rolledBack || report.hasChanged { await sendInventory() }
        if !isKept { _ = try? await client.report(report) }
    }

    func log(of job: PatchJob) -> PatchLog { PatchLog(folder: journal.folder(of: job)) }

    /// Tells how far it is; that the server cannot be reached is no reason to stop.
    ///
    /// - Throws: `PatchWithdrawal` when the server takes the job back, and it can be left.
    func say(_ record: PatchRecord, _ phase: PatchReport.Phase, _ message: String) async throws {
        let answer = try? await client.report(
            PatchReport(job: record.order.job, phase: phase, message: message, before: record.before))
        if let answer, answer.word == .stop, record.stage == .accepted {
            throw PatchWithdrawal(reason: answer.reason ?? "the server has taken it back.")
        }
    }

    /// Asks for the server's word until it is given, and writes it down: from here on the job is never begun again.
    func begin(_ record: inout PatchRecord, until: ContinuousClock.Instant) async throws {
        var backoff = Backoff(first: 2, longest: 30)
        while true {
            guard ContinuousClock.now < until else { throw PatchWithdrawal(reason: "the order's time is over.") }
            do {
                let answer = try await client.report(
                    PatchReport(
                        job: record.order.job, phase: .began, message: "Everything is here.", before: record.before))
                switch answer.word {
                case .proceed:
                    record.stage = .permitted
                    return try journal.save(record)
                case .stop: throw PatchWithdrawal(reason: answer.reason ?? "the server does not let it begin.")
                case .wait: try await Task.sleep(for: .seconds(min(max(answer.seconds ?? 30, 1), 300)))
                }
            } catch let error as AgentError {
                if case .state = error { throw error }
                if error.isFinal { throw PatchWithdrawal(reason: error.message) }
                try await Task.sleep(for: backoff.failed())
            }
        }
    }

    /// The tool that an order is carried out with.
    func tool(for order: PatchOrder) throws -> any PackageTool {
        let kind =
            switch order.tool {
            case .apt, .dnf, .apk: order.tool
            case .payload: try Self.tool(of: order.payloads)
            }
        guard let tool = PackageTools.all.first(where: { $0.kind == kind }),
            ToolProcess.find(tool.program) != nil
        else { throw PatchFailure("\(kind.rawValue) is not installed") }
        guard tool.isUsable else {
            throw PatchFailure(
                "the agent may not change the machine: run it as root and without ProtectSystem (docs/agent.md)")
        }
        return tool
    }

    private static func tool(of payloads: [PatchOrder.Payload]) throws -> PatchOrder.Tool {
        let suffixes = Set(payloads.map { $0.name.split(separator: ".").last.map(String.init) ?? "" })
        switch suffixes {
        case ["deb"]: return .apt
        case ["rpm"]: return .dnf
        case ["apk"]: return .apk
        default:
            throw PatchFailure("files that end in \(suffixes.sorted().joined(separator: ", ")) cannot be installed")
        }
    }

    /// Waits until nobody holds the package manager, for a time.
    func waitForLocks(_ tool: any PackageTool, _ record: PatchRecord) async throws {
        let end = ContinuousClock.now + settings.lockWait
        var isTold = false
        while let holder = ToolLock.holder(of: tool.locks) {
            guard ContinuousClock.now < end else {
                throw PatchFailure("\(holder), and was for \(Int(settings.lockWait / .seconds(1))) s")
            }
            if !isTold {
                isTold = true
                log(of: record.order.job).note("waits: \(holder)")
                try await say(record, record.stage == .accepted ? .downloading : .installing, "It waits: \(holder).")
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Names of packages that are neither installed nor absent.
    func unfinished(_ tool: any PackageTool, _ process: ToolProcess) async throws -> [String: String] {
        guard let audit = tool.audit else { return [:] }
        return tool.unfinished(in: try await process.run(audit, limit: .seconds(120)).output)
    }
}

extension PatchFailure {
    /// With a capital letter and a full stop.
    var sentence: String {
        let text = reason.hasSuffix(".") ? reason : "\(reason)."
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}

extension PackageTool {
    /// Whether this process may use it: it is root, and nothing that was put around it keeps it from writing.
    var isUsable: Bool {
        geteuid() == 0 && ToolProcess.find(program) != nil && access("/usr", W_OK) == 0 && access("/etc", W_OK) == 0
    }
}
