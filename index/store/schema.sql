-- The embedded store: one SQLite file. `manifest` and `articles` keep these columns in every later schema, so that
-- `wuzhen rebuild` can always read them. Keys marked AUTOINCREMENT are never used twice.

CREATE TABLE manifest (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    schema_version INTEGER NOT NULL,
    model TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    version INTEGER NOT NULL  -- grows with every change
);

-- Ids of shipped articles that were ever added, removed ones included.
CREATE TABLE shipped (id TEXT PRIMARY KEY);

CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT,
    published TEXT,  -- YYYY-MM-DD
    sha256 TEXT NOT NULL,
    characters INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    shipped INTEGER NOT NULL,
    text TEXT NOT NULL,  -- last, so that listing articles does not read it
    UNIQUE (collection, id)
);
CREATE INDEX articles_by_text ON articles (sha256, collection);

-- The version of the statement rules that read an article; of one without a row it is not known. An article that was
-- read again has a new key; `place` is the one that it had at first, by which articles are in the order they were added.
CREATE TABLE readings (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    rules INTEGER NOT NULL,
    place INTEGER NOT NULL
);

-- Removed articles, for a day. `parts` is JSON: what the tables below hold of the article, without keys; `vectors` is
-- one little-endian float32 matrix, a row for each unit.
CREATE TABLE removed (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT,
    published TEXT,  -- YYYY-MM-DD
    sha256 TEXT NOT NULL,
    characters INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    shipped INTEGER NOT NULL,
    removed_at TEXT NOT NULL,
    parts TEXT NOT NULL,
    vectors BLOB NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX removed_by_id ON removed (collection, id);
CREATE INDEX removed_by_time ON removed (removed_at);

-- Spans are JSON: [start, end], fragments a list of them.
CREATE TABLE statements (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    fragments TEXT NOT NULL,
    directness TEXT NOT NULL,
    speaker TEXT,
    mention TEXT,
    mention_span TEXT,
    role TEXT,
    affiliation TEXT,
    cue TEXT,
    cue_span TEXT,
    addressee TEXT,
    occasion TEXT,
    via TEXT,
    polarity TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    confidence REAL NOT NULL,
    rule TEXT NOT NULL,
    UNIQUE (article, ordinal)
);
CREATE INDEX statements_by_speaker ON statements (speaker, article);

CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    span TEXT NOT NULL,
    context TEXT NOT NULL,
    paragraph INTEGER NOT NULL,
    UNIQUE (article, ordinal)
);

-- Aliases, roles and affiliations are JSON lists.
CREATE TABLE speakers (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    aliases TEXT NOT NULL,
    roles TEXT NOT NULL,
    affiliations TEXT NOT NULL,
    pronoun TEXT,
    PRIMARY KEY (article, ordinal)
) WITHOUT ROWID;

-- `owner` is the key of a statement (content, attributed) or of a passage (sentence).
CREATE TABLE units (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('content', 'attributed', 'sentence')),
    owner INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX units_by_article ON units (article, kind);

-- The vectors of an article's units of one kind in the order of their keys, as one little-endian float32 matrix:
-- read twice as fast as a row for each.
CREATE TABLE vectors (
    kind TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    matrix BLOB NOT NULL,
    PRIMARY KEY (kind, article)
);
CREATE INDEX vectors_by_article ON vectors (article);

-- A full-text index for each kind: where each term stands. What a word weighs is told by lexical.py, for each scope.
CREATE VIEW content_texts AS SELECT key, text FROM units WHERE kind = 'content';
CREATE VIEW attributed_texts AS SELECT key, text FROM units WHERE kind = 'attributed';
CREATE VIEW sentence_texts AS SELECT key, text FROM units WHERE kind = 'sentence';

CREATE VIRTUAL TABLE content_words USING fts5 (
    text, content = 'content_texts', content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE attributed_words USING fts5 (
    text, content = 'attributed_texts', content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE sentence_words USING fts5 (
    text, content = 'sentence_texts', content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER content_added AFTER INSERT ON units WHEN new.kind = 'content' BEGIN
    INSERT INTO content_words (rowid, text) VALUES (new.key, new.text);
END;
CREATE TRIGGER attributed_added AFTER INSERT ON units WHEN new.kind = 'attributed' BEGIN
    INSERT INTO attributed_words (rowid, text) VALUES (new.key, new.text);
END;
CREATE TRIGGER sentence_added AFTER INSERT ON units WHEN new.kind = 'sentence' BEGIN
    INSERT INTO sentence_words (rowid, text) VALUES (new.key, new.text);
END;

-- fts5 forgets a text when it is told the text again.
CREATE TRIGGER content_removed AFTER DELETE ON units WHEN old.kind = 'content' BEGIN
    INSERT INTO content_words (content_words, rowid, text) VALUES ('delete', old.key, old.text);
END;
CREATE TRIGGER attributed_removed AFTER DELETE ON units WHEN old.kind = 'attributed' BEGIN
    INSERT INTO attributed_words (attributed_words, rowid, text) VALUES ('delete', old.key, old.text);
END;
CREATE TRIGGER sentence_removed AFTER DELETE ON units WHEN old.kind = 'sentence' BEGIN
    INSERT INTO sentence_words (sentence_words, rowid, text) VALUES ('delete', old.key, old.text);
END;
