/* LuceneDutch.java - Lucene 8 as it comes, for bench/relevance and bench/ingest to measure against.
 *
 *     java LuceneDutch index DIR corpus.jsonl      a new index of the records
 *     java LuceneDutch search DIR queries.tsv      qid TAB type TAB query; prints a TREC run, ten hits a query
 *     java LuceneDutch ingest DIR corpus.jsonl THREADS     a new index with the texts stored, positions and offsets, for bench/ingest
 *
 * DutchAnalyzer (Snowball Dutch, its stop words and its list of exceptions), BM25 with Lucene's defaults (k1 1.2, b 0.75), fields title
 * and text.  A query is the OR of its analysed terms, each in both fields, the title counting twice.
 */
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

final class LuceneDutch {
    private static final int HITS = 10;
    private static final float TITLE_BOOST = 2;

    /* One JSON object of a line: its string values by key; other values are passed over. */
    private static final class Line {
        private final String text;
        private int at;

        Line(String text) {
            this.text = text;
        }

        Map<String, String> read() {
            Map<String, String> values = new HashMap<>();
            int depth = 0;
            String key = null;
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c != '"') {
                    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
                    key = c == ',' ? null : key;
                    at++;
                    continue;
                }
                String string = string();
                if (depth == 1 && key == null) {
                    key = string;
                } else if (depth == 1) {
                    values.put(key, string);
                }
            }
            return values;
        }

        private String string() {
            StringBuilder out = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                char c = text.charAt(at);
                if (c != '\\' || at + 1 >= text.length()) {
                    out.append(c);
                    continue;
                }
                c = text.charAt(++at);
                if (c == 'u' && at + 4 < text.length()) {
                    out.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                } else {
                    int escape = "nrtbf".indexOf(c);
                    out.append(escape < 0 ? c : "\n\r\t\b\f".charAt(escape));
                }
            }
            at++;
            return out.toString();
        }
    }

    private static IndexWriterConfig config() {
        IndexWriterConfig config = new IndexWriterConfig(new DutchAnalyzer());
        config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        config.setSimilarity(new BM25Similarity());
        config.setRAMBufferSizeMB(128);
        return config;
    }

    private static void index(String directory, String corpus) throws IOException {
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(Paths.get(directory)), config());
                BufferedReader lines = Files.newBufferedReader(Paths.get(corpus), StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Map<String, String> record = new Line(line).read();
                if (!record.containsKey("id")) {
                    continue;
                }
                Document document = new Document();
                document.add(new StoredField("id", record.get("id").replaceAll("[ \t]", "_")));
                document.add(new TextField("title", record.getOrDefault("title", ""), Field.Store.NO));
                document.add(new TextField("text", record.getOrDefault("text", ""), Field.Store.NO));
                writer.addDocument(document);
            }
        }
    }

    /* The whole text is stored, and each position with its offsets, so that passages could be shown. */
    private static Field stored(String name, String value) {
        FieldType type = new FieldType(TextField.TYPE_STORED);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS_AND_OFFSETS);
        return new Field(name, value, type);
    }

    /* What one thread of ingest does: takes a line, until there is none. */
    private static Void ingestLines(IndexWriter writer, BufferedReader lines) throws IOException {
        while (true) {
            String line;
            synchronized (lines) {
                line = lines.readLine();
            }
            if (line == null) {
                return null;
            }
            Map<String, String> record = new Line(line).read();
            if (record.containsKey("id")) {
                Document document = new Document();
                document.add(new StringField("id", record.get("id"), Field.Store.YES));
                document.add(stored("title", record.getOrDefault("title", "")));
                document.add(stored("text", record.getOrDefault("text", "")));
                writer.addDocument(document);
            }
        }
    }

    private static void ingest(String directory, String corpus, int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (IndexWriter writer = new IndexWriter(FSDirectory.open(Paths.get(directory)), config());
                BufferedReader lines = Files.newBufferedReader(Paths.get(corpus), StandardCharsets.UTF_8)) {
            List<Future<Void>> workers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                workers.add(pool.submit(() -> ingestLines(writer, lines)));
            }
            for (Future<Void> worker : workers) {
                worker.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    private static List<String> terms(Analyzer analyzer, String query) throws IOException {
        List<String> terms = new ArrayList<>();
        try (TokenStream stream = analyzer.tokenStream("text", query)) {
            CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
            stream.reset();
            while (stream.incrementToken()) {
                terms.add(term.toString());
            }
            stream.end();
        }
        return terms;
    }

    private static void search(String directory, String queries) throws IOException {
        Analyzer analyzer = new DutchAnalyzer();
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(Paths.get(directory)))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(new BM25Similarity());
            for (String line : Files.readAllLines(Paths.get(queries), StandardCharsets.UTF_8)) {
                String[] fields = line.split("\t", 3);
                if (fields.length < 3) {
                    continue;
                }
                BooleanQuery.Builder query = new BooleanQuery.Builder();
                for (String term : terms(analyzer, fields[2])) {
                    query.add(new BoostQuery(new TermQuery(new Term("title", term)), TITLE_BOOST), BooleanClause.Occur.SHOULD);
                    query.add(new TermQuery(new Term("text", term)), BooleanClause.Occur.SHOULD);
                }
                int rank = 1;
                for (ScoreDoc hit : searcher.search(query.build(), HITS).scoreDocs) {
                    out.printf("%s Q0 %s %d %.6f lucene%n", fields[0], searcher.doc(hit.doc).get("id"), rank++, hit.score);
                }
            }
        }
        out.flush();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals("version")) {
            System.out.println(Version.LATEST);
        } else if (arguments.length == 3 && arguments[0].equals("index")) {
            index(arguments[1], arguments[2]);
        } else if (arguments.length == 4 && arguments[0].equals("ingest")) {
            ingest(arguments[1], arguments[2], Integer.parseInt(arguments[3]));
        } else if (arguments.length == 3 && arguments[0].equals("search")) {
            search(arguments[1], arguments[2]);
        } else {
            System.err.println("usage: LuceneDutch index DIR FILE | search DIR FILE | ingest DIR FILE THREADS | version");
            System.exit(1);
        }
    }
}
