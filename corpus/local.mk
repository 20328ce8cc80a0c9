# corpus/: the demo archive, its queries and judgements.
# Every file is named, so that a release never lacks one: tests/t904-corpus.sh compares.
EXTRA_DIST += \
	corpus/README.md \
	corpus/brieven/brief-burgemeester-1953.txt \
	corpus/brieven/brief-dijkversterking-lank.txt \
	corpus/brieven/brief-herindeling-kloosterveen.txt \
	corpus/brieven/brief-inzage-bouwdossier.txt \
	corpus/brieven/brief-muskusratten-2009.txt \
	corpus/brieven/brief-tweede-kamer-flexwoningen.txt \
	corpus/formaten/leegstand.docx.diwoo.xml \
	corpus/formaten/metadata.csv \
	corpus/formaten/overdrachtsdossier.pdf.mdto.xml \
	corpus/formaten/weerbare-raad.odt.dc.xml \
	corpus/formaten/wijkagent.rtf.mdto.xml \
	corpus/interviews/interview-archivaris.txt \
	corpus/interviews/interview-dijkgraaf.txt \
	corpus/interviews/interview-eilandsecretaris.txt \
	corpus/interviews/interview-oud-secretaris-generaal.txt \
	corpus/interviews/interview-wijkagent.txt \
	corpus/kantoor/brief-bewoners.rtf \
	corpus/kantoor/brief-bewoners.rtf.mdto.xml \
	corpus/kantoor/leesmij.md \
	corpus/kantoor/metadata.csv \
	corpus/kantoor/noorddijk.odt \
	corpus/kantoor/noorddijk.odt.dc.xml \
	corpus/kantoor/peilbuizen.docx \
	corpus/kantoor/peilbuizen.docx.diwoo.xml \
	corpus/kantoor/polderboek.epub \
	corpus/nieuws/berichten.jsonl \
	corpus/notulen/algemeen-bestuur-drie-lanken-2018.txt \
	corpus/notulen/bewonersavond-windmolens-2014.txt \
	corpus/notulen/commissie-sport-en-cultuur-2012.txt \
	corpus/notulen/ondernemingsraad-2011-06-06.txt \
	corpus/notulen/stuurgroep-digitale-balie-2013-03-21.txt \
	corpus/programmas/aanpak-leegstand.txt \
	corpus/programmas/arbeidsmarkt-en-opleiding.txt \
	corpus/programmas/dienstverlening-dichtbij.txt \
	corpus/programmas/frisse-scholen-rijnmark.txt \
	corpus/programmas/meedoen-in-de-wijk.txt \
	corpus/programmas/papier-wordt-pixel.txt \
	corpus/programmas/ruimte-voor-de-lank.txt \
	corpus/programmas/weerbare-raad.txt \
	corpus/qrels.txt \
	corpus/queries.tsv \
	corpus/rapporten/evaluatie-stemmen-in-elk-lokaal-2010.txt \
	corpus/rapporten/jaarverslag-rair-2016.txt \
	corpus/rapporten/overdrachtsdossier.txt \
	corpus/rapporten/quickscan-dorpsbibliotheken-2013.txt \
	corpus/rapporten/rekenkameronderzoek-inhuur-2014.txt \
	corpus/rapporten/risico-inventarisatie-veenkaden-2019.txt \
	corpus/tentoonstellingen/het-water-van-1953.txt \
	corpus/tentoonstellingen/kerken-zonder-klok.txt \
	corpus/tentoonstellingen/kiesrecht-voor-vrouwen.txt \
	corpus/tentoonstellingen/tolhuisjes-en-veerpontjes.txt \
	corpus/tentoonstellingen/van-telraam-tot-terminal.txt \
	corpus/web/ambt-met-karakter.html \
	corpus/web/bestuur-overzee.html \
	corpus/web/beweegakkoord.html \
	corpus/web/contact.html \
	corpus/web/digitale-balie.html \
	corpus/web/handreiking-e-formulieren.html \
	corpus/web/index.html \
	corpus/web/interviews.html \
	corpus/web/krimp-in-balans.html \
	corpus/web/naamswijzigingen.html \
	corpus/web/omgaan-met-risicos-samenvatting.html \
	corpus/web/oud-kiezen-op-afstand.html \
	corpus/web/oud-nieuwsbrief-rekenkamers-2004.html \
	corpus/web/oud-persbericht-veerpont.html \
	corpus/web/oud-stedenbanden.html \
	corpus/web/over-het-programma.html \
	corpus/web/programmas.html \
	corpus/web/tentoonstellingen.html \
	corpus/web/veelgestelde-vragen.html \
	corpus/web/vervallen-handreiking-e-formulieren.html

# The same texts as PDF, office files, mail, archives, a saved website ...: make formats, then index corpus-formats/
.PHONY: formats
formats: tests/make-formats$(EXEEXT)
	$(AM_V_GEN)tests/make-formats$(EXEEXT) $(srcdir)/corpus corpus-formats
clean-local: clean-formats
.PHONY: clean-formats
clean-formats:
	-rm -rf corpus-formats
