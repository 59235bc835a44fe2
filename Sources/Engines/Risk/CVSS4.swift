/// CVSS 4.0 after FIRST's specification document of November 2023. There is no equation: a vector
/// falls into one of 270 MacroVectors, whose score experts set, and is moved within it by its
/// distance from the MacroVector's worst member.
enum CVSS4 {
    enum Metric: Int {
        case AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA
        case E, CR, IR, AR, MAV, MAC, MAT, MPR, MUI, MVC, MVI, MVA, MSC, MSI, MSA
        case S, AU, R, V, RE, U
    }

    /// Table 23, worst value first; the order is binding.
    static let reader = VectorReader(
        version: .v4,
        metrics: [
            .mandatory("AV", "N", "A", "L", "P"), .mandatory("AC", "L", "H"), .mandatory("AT", "N", "P"),
            .mandatory("PR", "N", "L", "H"), .mandatory("UI", "N", "P", "A"), .mandatory("VC", "H", "L", "N"),
            .mandatory("VI", "H", "L", "N"), .mandatory("VA", "H", "L", "N"), .mandatory("SC", "H", "L", "N"),
            .mandatory("SI", "H", "L", "N"), .mandatory("SA", "H", "L", "N"),
            .optional("E", "A", "P", "U"), .optional("CR", "H", "M", "L"), .optional("IR", "H", "M", "L"),
            .optional("AR", "H", "M", "L"), .optional("MAV", "N", "A", "L", "P"), .optional("MAC", "L", "H"),
            .optional("MAT", "N", "P"), .optional("MPR", "N", "L", "H"), .optional("MUI", "N", "P", "A"),
            .optional("MVC", "H", "L", "N"), .optional("MVI", "H", "L", "N"), .optional("MVA", "H", "L", "N"),
            .optional("MSC", "H", "L", "N"), .optional("MSI", "S", "H", "L", "N"),
            .optional("MSA", "S", "H", "L", "N"), .optional("S", "N", "P"), .optional("AU", "N", "Y"),
            .optional("R", "A", "U", "I"), .optional("V", "D", "C"), .optional("RE", "L", "M", "H"),
            .optional("U", "Clear", "Green", "Amber", "Red"),
        ], isOrdered: true)

    static func score(_ vector: String) throws(CVSSError) -> CVSSScore {
        let values = try reader.read(ArraySlice(vector.utf8.dropFirst("CVSS:4.0/".utf8.count)))
        let isThreat = values[Metric.E.rawValue] > 0
        let isEnvironmental = values[Metric.CR.rawValue...Metric.MSA.rawValue].contains { $0 > 0 }
        return CVSSScore(
            vector: vector, version: .v4,
            baseScore: CVSS4Levels(values, threat: false, environment: false).score,
            temporalScore: isThreat ? CVSS4Levels(values, threat: true, environment: false).score : nil,
            environmentalScore: isEnvironmental ? CVSS4Levels(values, threat: true, environment: true).score : nil)
    }
}
