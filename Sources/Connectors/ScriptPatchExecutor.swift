import Domain
import FoundationEssentials

/// Has a job done through an EDR: by a script that its administrator has put into the vendor's library, or, on what only Intune
/// manages, by having the device fetch its updates. That the script ended well is the vendor's word; whether the patch is
/// there is told by what the vendor lists afterwards.
public struct ScriptPatchExecutor: PatchExecutor {
    private let connector: any Connector
    private let kind: String
    private let script: String?
    private let ordersUpdates: Bool

    /// Kinds of accounts whose connectors run scripts.
    private static let runners: Set = ["crowdstrike", "microsoft", "sentinelone"]

    /// - Parameters:
    ///   - kind: the account's, as in the registry of connectors.
    ///   - script: its name in the vendor's library; nil where there is none.
    ///   - ordersUpdates: whether devices that only Intune manages are told to fetch their updates.
    public init(_ connector: any Connector, kind: String, script: String?, ordersUpdates: Bool = false) {
        self.connector = connector
        self.kind = kind
        self.script = script
        self.ordersUpdates = ordersUpdates
    }

    public func begin(_ work: PatchWork) async throws -> ActionReceipt {
        do {
            return try await connector.perform(request(work))
        } catch let error as ConnectorError {
            switch error {
            case .unsupported: throw PatchExecutorError.unsupported(error.message)
            case .uncertain: return ActionReceipt(reference: nil, state: .unknown(error.message))
            default: throw error
            }
        }
    }

    public func state(of work: PatchWork, _ receipt: ActionReceipt) async throws -> ActionState {
        try await connector.state(of: request(work), receipt)
    }

    private func request(_ work: PatchWork) throws -> ActionRequest {
        ActionRequest(id: work.id, action: try action(work), comment: work.comment)
    }

    private func action(_ work: PatchWork) throws -> DeviceAction {
        guard Self.runners.contains(kind) else {
            throw PatchExecutorError.unsupported(
                "Sources of the kind \(kind) run no scripts: they cannot install anything.")
        }
        // Devices of Intune have GUIDs; it decides itself what it installs.
        if kind == "microsoft", UUID(uuidString: work.device) != nil {
            guard ordersUpdates else {
                throw PatchExecutorError.unsupported(
                    "This account's settings do not let devices of Intune be told to fetch their updates.")
            }
            guard work.job.kind == .install, work.packages.isEmpty else {
                throw PatchExecutorError.unsupported(
                    "Intune has its devices fetch what its own policies say: it neither goes back nor takes orders for "
                        + "single packages.")
            }
            return .sync(device: work.device)
        }
        guard let script, !script.isEmpty else {
            throw PatchExecutorError.unsupported(
                "No script is named in this account's settings: put one into the vendor's library first.")
        }
        return .runScript(device: work.device, name: script, arguments: try Self.arguments(work))
    }

    /// `install --job ID --tool apt --reboot never libssl3=3.0.11-1 KB5034441`: words without blanks and quotation marks.
    static func arguments(_ work: PatchWork) throws -> String {
        var words = [work.job.kind.rawValue, "--job", work.job.description]
        if let tool = work.tool { words += ["--tool", tool.rawValue] }
        words += ["--reboot", work.reboot.mode.rawValue]
        let items =
            work.packages.map { package in package.name + (package.version.map { "=\($0)" } ?? "") } + work.updates
        // A script would take it for an option.
        guard !items.contains(where: { $0.hasPrefix("-") }) else {
            throw PatchExecutorError.unsupported(
                "The name of a package begins with a hyphen: no script is told such a word.")
        }
        words += items
        guard words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isPlain) }) else {
            throw PatchExecutorError.unsupported("A name or a version of the patch is no plain word.")
        }
        return words.joined(separator: " ")
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || Array("+-.:~^_=".utf8).contains(byte)
    }
}
