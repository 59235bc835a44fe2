import ArgumentParser
import Versions

/// `garrison cpe-match`: the name relation of NISTIR 7696.
struct CPEMatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cpe-match",
        abstract: "Relation of two CPE 2.3 names: equal, subset, superset or disjoint (NISTIR 7696).")

    @Argument(help: "cpe:2.3:… or cpe:/… ")
    var source: String

    @Argument(help: "The name it is compared with.")
    var target: String

    func run() throws {
        guard let relation = try CPEName(parsing: source).relation(to: CPEName(parsing: target)) else {
            throw CommandError.problem("NISTIR 7696 leaves the relation of these two names undefined")
        }
        Console.print(relation.rawValue)
    }
}
