import ArgumentParser
import Domain
import Glibc
import UnixSignals

/// `garrison agent run`: reports and works until it is stopped.
public struct AgentRunCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Report this machine and do what the server asks for, until stopped.",
        discussion: "Run it as root: isolation and the hardware's ids need it. SIGTERM ends it cleanly.")

    @OptionGroup var options: AgentFolderOption
    @Option(help: "Seconds between two inventories.") var inventorySeconds = 3600
    @Option(help: "Seconds for which the server may put off its answer when there is no work.") var pollSeconds = 50
    @Option(help: "The longest wait between two attempts to reach the server, in seconds.") var backoffSeconds = 300
    @Option(help: "MiB of reports that may wait on the disk.") var queueMegabytes = 16
    @Option(help: "How long a patch waits for another program that holds the package manager, in seconds.")
    var lockSeconds = 600

    public init() {}

    public func validate() throws {
        guard (1...604_800).contains(inventorySeconds) else {
            throw ValidationError("--inventory-seconds must be 1 to 604800")
        }
        guard (0...55).contains(pollSeconds) else { throw ValidationError("--poll-seconds must be 0 to 55") }
        guard (1...3600).contains(backoffSeconds) else { throw ValidationError("--backoff-seconds must be 1 to 3600") }
        guard (0...86_400).contains(lockSeconds) else { throw ValidationError("--lock-seconds must be 0 to 86400") }
        guard (1...1024).contains(queueMegabytes) else { throw ValidationError("--queue-megabytes must be 1 to 1024") }
    }

    public func run() async throws {
        SmallHeap.prepare()
        var settings = AgentSettings(version: AgentBuild.version)
        settings.inventory = .seconds(inventorySeconds)
        settings.poll = .seconds(pollSeconds)
        settings.longestBackoff = .seconds(backoffSeconds)
        settings.lockWait = .seconds(lockSeconds)
        settings.queueLimit = queueMegabytes << 20
        let (folder, ready) = (options.folder, settings)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await AgentLoop(folder, ready) { Self.note($0) }.run()
            }
            group.addTask {
                for await _ in signals { return }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func note(_ sentence: String) {
        let line = Array("agent: \(sentence)\n".utf8)
        _ = Glibc.write(2, line, line.count)
    }
}
