import Agent
import ArgumentParser
import Inventories

/// `garrison collect`: this host's inventory as JSON.
struct CollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Print this host's inventory as JSON.",
        discussion: """
            Reads os-release, the kernel, names, addresses, the machine id, the packages of dpkg, rpm and apk, and \
            settings that compliance rules look at. Needs no root rights for packages. What cannot be read is listed \
            under “notes”, and on standard error.

            With --root it describes a mounted system: nothing of this host's is in it, and symbolic links stay inside.
            """)

    @Option(help: "A mounted root file system to read instead of this host's.")
    var root = "/"

    @Flag(help: "One line instead of an indented document.")
    var compact = false

    func run() throws {
        let inventory = try HostCollector(root: root, agentVersion: Build.version).collect()
        for note in inventory.notes { Console.note("collect: \(note.item): \(note.reason)") }
        Console.write(inventory.json(pretty: !compact) + [UInt8(ascii: "\n")], to: .output)
    }
}
