import ArgumentParser
import Domain

/// `garrison agent enrol`: makes this machine known to a server.
public struct AgentEnrolCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "enrol", abstract: "Make this machine known to a server, with a one-time token.",
        discussion: """
            A key is made here and never leaves the machine; the server keeps its public half. The token comes from \
            `garrison agent token` on the server. Then run the agent: `garrison agent run`, or the systemd unit.
            """)

    @Option(help: "The server's address: https://garrison.example.") var server: String
    @Option(help: "The one-time token, or - to read it from standard input.") var token: String
    @Option(help: "A file of certificates (PEM) to trust instead of the system's.") var caFile: String?
    @Flag(help: "Take http also where it leaves this machine. Anybody in between reads and changes what is sent.")
    var allowPlainHTTP = false
    @OptionGroup var options: AgentFolderOption

    public init() {}

    public func run() async throws {
        let token = self.token == "-" ? readLine(strippingNewline: true) ?? "" : self.token
        let enrolled = try await Enrolment(
            server: server, token: token, authorities: caFile, allowsPlainHTTP: allowPlainHTTP,
            folder: options.folder, version: AgentBuild.version
        ).run()
        print("Enrolled as \(enrolled.agent).")
    }
}
